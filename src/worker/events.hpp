// Events: what happened to the server and its databases, on its way into almanac.event_log.
//
//   add()     from wherever something was noticed: commands that the hooks saw, facts that differ
//             from the last look (facts.hpp), relations that came and went
//   store()   in the transaction of a snapshot, or one of its own: writes them, within limits
//   accept()  after the commit; discard() after a rollback: what commands did comes again
//
// Zone: C++.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/command_queue.hpp"
#include "core/event_limits.hpp"
#include "pg/spi.hpp"

namespace almanac::worker {

// As a row of almanac.event_log; empty texts and InvalidOid are NULL there.
struct Event {
  std::int64_t time = 0;
  std::optional<std::int64_t> not_before;  // only found by difference: it happened after that
  std::string kind;
  std::string label;
  Oid database = InvalidOid;
  std::string schema, name;
  Oid object = InvalidOid;
  Oid relation = InvalidOid;  // the table that it concerns
  std::string relation_name;
  std::string role;
  std::optional<std::string> old_value, new_value;
  std::string source;
  std::string details;  // JSON
  int occurrences = 1;
};

// "schema.name", quoted where SQL needs it.
std::string qualified(std::string_view schema, std::string_view name);
// A string of JSON with its quotes.
std::string json_string(std::string_view text);

class Events {
 public:
  // `keeps`: this is the process that reads the queue of commands.
  explicit Events(bool keeps) : keeps_(keeps) {}

  void add(Event event) { found_.push_back(std::move(event)); }
  // Takes over what commands have done since the last call. May be called several times.
  void read_commands();
  // Whether an event of one of `kinds`, found now or stored since `after`, is about the object: by
  // OID, or where that is InvalidOid by name; or may be, because objects were counted and not
  // named. Needs a transaction.
  bool known(pg::Spi& spi, std::initializer_list<std::string_view> kinds, Oid database, Oid object,
             std::string_view name, std::int64_t after) const;
  // Commands found that changed a setting for this database and role (InvalidOid: all): the latest.
  // nullptr: none.
  Event* find_setting(std::string_view name, Oid database, Oid role);

  // Writes what was found. Rolls back and reports what fails: no snapshot fails for an event. Needs
  // a transaction.
  void store(pg::Spi& spi);
  void accept() noexcept;
  void discard() noexcept;

  // Deletes events older, at the time `at`, than almanac.retention says; some thousands at most.
  // Returns whether there were any. Needs a transaction.
  static bool expire(std::int64_t at);

 private:
  void write(pg::Spi& spi);
  void load_limits(pg::Spi& spi);
  void insert(pg::Spi& spi, const Event& event);
  void count_in(pg::Spi& spi, const Event& event, core::EventLimits::Place place);
  void add_command(const core::CommandEvent& command);

  bool keeps_;
  std::vector<Event> found_;
  std::uint32_t read_ = 0;  // commands of the queue that are among them
  std::uint64_t lost_ = 0;  // commands lost that are told by one of them
  core::EventLimits limits_;
};

}  // namespace almanac::worker
