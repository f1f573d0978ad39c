// Background workers that processes of the extension start.
//
//   Child analysis("pg_almanac analysis", "almanac_analysis_main");
//   if (!analysis.running() && !analysis.start()) {...}  // no slot is free
//
// Zone: C++.
#pragma once

#include "pg/compat.hpp"

namespace almanac::worker {

// Fills in what all background workers of the extension have in common; they are not restarted. The
// type is the name. Cannot fail.
void describe(BackgroundWorker& worker, const char* name, const char* function) noexcept;

// One that is started in the database of this process, which leaves it alone then: at most one at a
// time. Its argument is the database.
class Child {
 public:
  // Both must outlive the object; `function` is where it begins.
  Child(const char* name, const char* function) noexcept : name_(name), function_(function) {}

  // Whether it was started and has not ended. Throws pg::Error.
  bool running();
  // Not to be called while it runs. False without a free slot for a background worker. Throws
  // pg::Error.
  bool start();

 private:
  const char* name_;
  const char* function_;
  BackgroundWorkerHandle* handle_ = nullptr;
};

}  // namespace almanac::worker
