// What the test functions share: a table of named checks as result, and objects that count
// themselves.
//
// Zone: C++.
#pragma once

#include "pg/function.hpp"

namespace almanac::boundary {

// Rows (what text, ok boolean) of a test function.
class Checks {
 public:
  explicit Checks(FunctionCallInfo fcinfo) : rows_(fcinfo) {}
  void operator()(std::string_view what, bool ok) { rows_.add({what, ok}); }
  Datum done() const { return rows_.done(); }

 private:
  pg::RowWriter rows_;
};

// How many Tracked objects live: 0 whenever a destructor was not forgotten.
int& live();

// Owns memory and counts itself.
class Tracked {
 public:
  Tracked() : bytes_(1000, 'x') { ++live(); }
  ~Tracked() { --live(); }
  Tracked(const Tracked&) = delete;
  Tracked& operator=(const Tracked&) = delete;

 private:
  std::string bytes_;
};

// Whether `f` throws an exception of type E that `test` holds of.
template <class E, class F, class Test>
bool throws(F f, Test test) {
  try {
    f();
  } catch (const E& error) {
    return test(error);
  }
  return false;
}

// Whether `f` throws a pg::Failure or pg::Error with that SQLSTATE.
template <class F>
bool throws_state(int sqlstate, F f) {
  return throws<std::exception>(
      f, [=](const std::exception& e) { return pg::sqlstate_of(e) == sqlstate; });
}

}  // namespace almanac::boundary
