// What is true of the server, compared with what was true at the last look: settings, extensions of
// the repository database, times of statistics resets; and the start and identity of the server.
// What differs is an event.
//
// The last look is in almanac.facts, so that what changed while nobody looked is noticed too.
//
// Zone: C++.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "worker/events.hpp"
#include "worker/source.hpp"

namespace almanac::worker {

// What the recorder knew of the server at its last snapshot.
struct ServerBefore {
  std::optional<std::int64_t> time;  // of that snapshot
  std::optional<std::int64_t> boot;
  std::optional<std::int64_t> system_identifier;
  std::optional<std::int64_t> timeline;
};
// Reads it; before the recorder writes what it knows now. Needs a transaction.
ServerBefore server_before(pg::Spi& spi);

// Restart, crash, promotion, another cluster.
void compare_server(const ServerBefore& before, const Circumstances& now, Events& events);

// pg_stat_statements was reset.
Event statements_reset(std::int64_t time);

class Facts {
 public:
  // Compares all there is; settings of the server only if they may have changed. Needs a
  // transaction. Rolls back and reports what fails.
  void look(pg::Spi& spi, const ServerBefore& before, const Circumstances& now, Events& events);
  // Whether the configuration has been read again since the last look.
  [[nodiscard]] bool reloaded() const;
  // After a rollback: what is remembered may not be what is stored.
  void forget() {
    loaded_ = false;
    seen_reload_ = 0;
  }

 private:
  struct Key {
    std::string kind;
    Oid database = InvalidOid;
    Oid role = InvalidOid;
    std::string name;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Value {
    std::string value;
    std::string origin;  // where a setting comes from
  };
  using Map = std::map<Key, Value>;
  struct Difference {
    const Key& key;
    const Value* before;  // nullptr: was not there
    const Value* now;     // nullptr: is not there any more
  };
  // When what differs happened.
  struct When {
    std::int64_t time = 0;
    std::optional<std::int64_t> not_before;
  };

  void load(pg::Spi& spi);
  void compare(pg::Spi& spi, const char* kind, const Map& now,
               const std::function<void(const Difference&)>& differs);
  void save(pg::Spi& spi, const Key& key, const Value* value);
  Value hidden(const Key& key, Value value);
  void look_at_settings(pg::Spi& spi, const When& when, Events& events);
  void look_at_local_settings(pg::Spi& spi, const When& when, Events& events);
  void look_at_extensions(pg::Spi& spi, const When& when, Events& events);
  void look_at_resets(pg::Spi& spi, const Circumstances& around, Events& events);

  bool loaded_ = false;
  Map known_;
  std::map<Key, std::size_t> secrets_;  // hashes of values that are not stored, of this process
  TimestampTz seen_reload_ = 0;
  std::int64_t seen_boot_ = 0;
};

}  // namespace almanac::worker
