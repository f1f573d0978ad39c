#include "worker/facts.hpp"

#include "core/redact.hpp"
#include "pg/compat.hpp"
#include "pg/scope.hpp"
#include "worker/shared.hpp"

namespace almanac::worker {
namespace {

constexpr const char* comparison = "comparison";

std::string text_of(const pg::Row& row, int column) {
  return std::string(row.maybe<std::string_view>(column).value_or(""));
}

// A number as SHOW has it: 4096 of kB is 4MB.
std::string with_unit(const std::string& value, const std::string& unit) {
  struct Step {
    const char* unit;
    std::int64_t larger;  // how many make one of the next
  };
  static constexpr Step bytes[] = {
      {"B", 1024}, {"kB", 1024}, {"MB", 1024}, {"GB", 1024}, {"TB", 0}};
  static constexpr Step times[] = {{"ms", 1000}, {"s", 60}, {"min", 60}, {"h", 24}, {"d", 0}};
  char* end = nullptr;
  std::int64_t number = std::strtoll(value.c_str(), &end, 10);
  if (unit.empty() || end == value.c_str() || *end != '\0' || number <= 0) {
    return value;
  }
  number *= unit == "8kB" ? 8 : 1;
  const std::string base = unit == "8kB" ? "kB" : unit;
  const bool of_bytes = base.back() == 'B';
  const std::span<const Step> steps(of_bytes ? bytes : times);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (base != steps[i].unit) {
      continue;
    }
    for (; steps[i].larger != 0 && number % steps[i].larger == 0; ++i) {
      number /= steps[i].larger;
    }
    return std::to_string(number) + steps[i].unit;
  }
  return value + unit;
}

std::string role_name(Oid role) {
  const char* name = pg::call([role] { return GetUserNameFromId(role, true); });
  return name != nullptr ? name : std::to_string(role);
}

}  // namespace

ServerBefore server_before(pg::Spi& spi) {
  static pg::Plan plan(
      "SELECT r.\"time\", r.boot, s.system_identifier, s.timeline::int8 FROM almanac.recorder r"
      " JOIN almanac.servers s ON s.server_id = r.server_id WHERE r.server_id = 0");
  ServerBefore before;
  spi.query(plan, {}, [&](const pg::Row& row) {
    const auto us = [&](int column) {
      const auto time = row.maybe<pg::Timestamp>(column);
      return time ? std::optional(time->us) : std::nullopt;
    };
    before = {us(0), us(1), row.maybe<std::int64_t>(2), row.maybe<std::int64_t>(3)};
  });
  return before;
}

void compare_server(const ServerBefore& before, const Circumstances& now, Events& events) {
  if (!before.boot || !before.time) {
    return;
  }
  const bool started = *before.boot != now.boot;
  Event event;
  event.time = started ? now.boot : GetCurrentTimestamp();
  event.not_before = before.time;
  event.source = comparison;
  if (before.system_identifier && *before.system_identifier != now.system_identifier) {
    event.kind = "server_replaced";
    event.label = "the history continues on another cluster";
    event.old_value = std::to_string(*before.system_identifier);
    event.new_value = std::to_string(now.system_identifier);
    events.add(event);
    return;
  }
  if (before.timeline && *before.timeline != now.timeline) {
    event.kind = "failover";
    event.label = "promotion to timeline " + std::to_string(now.timeline);
    event.old_value = std::to_string(*before.timeline);
    event.new_value = std::to_string(now.timeline);
    events.add(event);
  }
  if (started) {
    event.kind = now.stats_lost ? "crash" : "restart";
    event.label = now.stats_lost ? "server started after a crash" : "server started";
    event.old_value.reset();
    event.new_value.reset();
    event.details = "{\"statistics_lost\": " + std::string(now.stats_lost ? "true" : "false") + "}";
    events.add(event);
  }
}

Event statements_reset(std::int64_t time) {
  Event event;
  event.time = time;
  event.kind = "stats_reset";
  event.name = "pg_stat_statements";
  event.label = "pg_stat_statements was reset";
  event.source = comparison;
  return event;
}

bool Facts::reloaded() const { return seen_reload_ != 0 && PgReloadTime != seen_reload_; }

void Facts::load(pg::Spi& spi) {
  if (loaded_) {
    return;
  }
  static pg::Plan plan(
      "SELECT kind, dbid, roleid, name, value, origin FROM almanac.facts WHERE server_id = 0");
  known_.clear();
  spi.query(plan, {}, [&](const pg::Row& row) {
    known_[{text_of(row, 0), row.get<Oid>(1), row.get<Oid>(2), text_of(row, 3)}] = {
        text_of(row, 4), text_of(row, 5)};
  });
  loaded_ = true;
}

// Without value: it is gone.
void Facts::save(pg::Spi& spi, const Key& key, const Value* value) {
  static pg::Plan put(
      "INSERT INTO almanac.facts AS f (server_id, kind, dbid, roleid, name, value, origin)"
      " VALUES (0, $1, $2, $3, $4, $5, $6) ON CONFLICT (kind, dbid, roleid, name, server_id)"
      " DO UPDATE SET value = excluded.value, origin = excluded.origin");
  static pg::Plan remove(
      "DELETE FROM almanac.facts WHERE server_id = 0 AND kind = $1 AND dbid = $2 AND roleid = $3"
      " AND name = $4");
  if (value != nullptr) {
    spi.execute(put, {key.kind, key.database, key.role, key.name, value->value, value->origin});
    known_[key] = *value;
  } else {
    spi.execute(remove, {key.kind, key.database, key.role, key.name});
    known_.erase(key);
  }
}

// A value as it may be stored. A secret that this process sees change counts as another value.
Facts::Value Facts::hidden(const Key& key, Value value) {
  if (!core::is_secret_setting(key.name, value.value)) {
    return value;
  }
  const std::size_t hash = std::hash<std::string>()(value.value);
  const auto [at, added] = secrets_.try_emplace(key, hash);
  value.value = value.value.empty() ? "" : core::kHidden;
  if (!added && at->second != hash) {
    at->second = hash;
    const auto before = known_.find(key);
    if (before != known_.end() && before->second.value == value.value) {
      before->second.value += ' ';  // differs, and looks the same
    }
  }
  return value;
}

// The first look at a kind finds no difference: it is marked by a fact of its own.
void Facts::compare(pg::Spi& spi, const char* kind, const Map& now,
                    const std::function<void(const Difference&)>& differs) {
  const Key mark{"look", InvalidOid, InvalidOid, kind};
  const bool first = !known_.contains(mark);
  if (first) {
    const Value seen{"seen", ""};
    save(spi, mark, &seen);
  }
  std::vector<Key> gone;
  for (auto at = known_.lower_bound({kind, InvalidOid, InvalidOid, ""});
       at != known_.end() && at->first.kind == kind; ++at) {
    if (!now.contains(at->first)) {
      gone.push_back(at->first);
    }
  }
  for (const Key& key : gone) {
    const Value before = known_[key];
    differs({key, &before, nullptr});
    save(spi, key, nullptr);
  }
  for (const auto& [key, value] : now) {
    const auto at = known_.find(key);
    if (at != known_.end() && at->second.value == value.value) {
      continue;
    }
    if (!first) {
      const Value before = at != known_.end() ? at->second : Value{};
      differs({key, at != known_.end() ? &before : nullptr, &value});
    }
    save(spi, key, &value);
  }
}

// As the server has them, not as they are pinned for this session or changed for its database: what
// the files say, else what is built in.
void Facts::look_at_settings(pg::Spi& spi, const When& when, Events& events) {
  static constexpr const char* query =
      "SELECT s.name, CASE WHEN NOT pinned THEN pg_catalog.current_setting(s.name)"
      " WHEN f.setting IS NOT NULL THEN f.setting"
      " ELSE s.boot_val END, CASE WHEN pinned AND f.setting IS NULL THEN s.unit END,"
      " CASE WHEN NOT pinned THEN s.source WHEN f.setting IS NOT NULL THEN 'configuration file'"
      " ELSE 'default' END FROM (SELECT *, p.source IN ('override', 'database', 'user',"
      " 'database user') AND p.context NOT IN ('postmaster', 'internal') AS pinned"
      " FROM pg_catalog.pg_settings p) s"
      " LEFT JOIN (SELECT DISTINCT ON (c.name) c.name, c.setting FROM pg_catalog.pg_file_settings c"
      " WHERE c.error IS NULL ORDER BY c.name, c.seqno DESC) f ON f.name = s.name"
      " WHERE (s.context <> 'internal' OR s.name = 'server_version')"
      " AND s.source NOT IN ('session', 'client', 'interactive') AND s.name NOT IN"
      " ('application_name', 'client_encoding', 'session_authorization', 'role', 'seed',"
      " 'transaction_isolation', 'transaction_read_only', 'transaction_deferrable')";
  Map now;
  spi.query(query, {}, [&](const pg::Row& row) {
    const Key key{"setting", InvalidOid, InvalidOid, text_of(row, 0)};
    now[key] = hidden(key, {with_unit(text_of(row, 1), text_of(row, 2)), text_of(row, 3)});
  });
  // What this session has set for itself is not known now.
  for (auto at = known_.lower_bound({"setting", InvalidOid, InvalidOid, ""});
       at != known_.end() && at->first.kind == "setting"; ++at) {
    if (GetConfigOption(at->first.name.c_str(), true, false) != nullptr) {
      now.insert(*at);
    }
  }
  compare(spi, "setting", now, [&](const Difference& found) {
    const std::string& name = found.key.name;
    // Loading a library into this process, such as a procedural language, makes its settings known.
    const Value* only = found.before == nullptr ? found.now
                        : found.now == nullptr  ? found.before
                                                : nullptr;
    if (only != nullptr && only->origin == "default") {
      return;
    }
    Event event;
    event.time = when.time;
    event.not_before = when.not_before;
    event.kind = name == "server_version" ? "version_changed" : "setting_changed";
    event.name = name;
    event.source = comparison;
    const auto trimmed = [](const Value* value) -> std::optional<std::string> {
      if (value == nullptr) {
        return std::nullopt;
      }
      return value->value == std::string(core::kHidden) + " " ? core::kHidden : value->value;
    };
    event.old_value = trimmed(found.before);
    event.new_value = trimmed(found.now);
    event.label =
        name + ": " + event.old_value.value_or("none") + " -> " + event.new_value.value_or("none");
    if (found.now != nullptr) {
      event.details = "{\"origin\": " + json_string(found.now->origin) + "}";
    }
    events.add(std::move(event));
  });
}

// Of databases and roles. The command that did it knows when, and by whom; what was before is here.
void Facts::look_at_local_settings(pg::Spi& spi, const When& when, Events& events) {
  static pg::Plan plan(
      "SELECT s.setdatabase, s.setrole, pg_catalog.split_part(c.v, '=', 1),"
      " pg_catalog.substr(c.v, pg_catalog.strpos(c.v, '=') + 1)"
      " FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS c (v)");
  Map now;
  spi.query(plan, {}, [&](const pg::Row& row) {
    const Key key{"local setting", row.get<Oid>(0), row.get<Oid>(1), text_of(row, 2)};
    now[key] = hidden(key, {text_of(row, 3), ""});
  });
  compare(spi, "local setting", now, [&](const Difference& found) {
    const Key& key = found.key;
    const std::optional<std::string> before =
        found.before != nullptr ? std::optional(found.before->value) : std::nullopt;
    if (Event* command = events.find_setting(key.name, key.database, key.role)) {
      command->old_value = before;
      return;
    }
    Event event;
    event.time = when.time;
    event.not_before = when.not_before;
    event.kind = "setting_changed";
    event.name = key.name;
    event.database = key.database;
    event.object = key.role;
    event.source = comparison;
    event.old_value = before;
    event.new_value = found.now != nullptr ? std::optional(found.now->value) : std::nullopt;
    event.label =
        key.name + ": " + event.old_value.value_or("none") + " -> " +
        event.new_value.value_or("none") +
        (key.role != InvalidOid ? " for role " + role_name(key.role) : " for the database");
    events.add(std::move(event));
  });
}

void Facts::look_at_extensions(pg::Spi& spi, const When& when, Events& events) {
  static pg::Plan plan("SELECT extname, extversion FROM pg_catalog.pg_extension");
  Map now;
  spi.query(plan, {}, [&](const pg::Row& row) {
    now[{"extension", MyDatabaseId, InvalidOid, text_of(row, 0)}] = {text_of(row, 1), ""};
  });
  compare(spi, "extension", now, [&](const Difference& found) {
    Event event;
    event.time = when.time;
    event.not_before = when.not_before;
    event.kind = found.before == nullptr ? "extension_created"
                 : found.now == nullptr  ? "extension_dropped"
                                         : "extension_updated";
    event.database = MyDatabaseId;
    event.name = found.key.name;
    event.source = comparison;
    event.old_value = found.before != nullptr ? std::optional(found.before->value) : std::nullopt;
    event.new_value = found.now != nullptr ? std::optional(found.now->value) : std::nullopt;
    event.label = "extension " + event.name + " " + event.old_value.value_or("none") + " -> " +
                  event.new_value.value_or("none");
    const std::int64_t after = when.not_before.value_or(when.time);
    if (!events.known(spi, {event.kind}, MyDatabaseId, InvalidOid, event.name, after)) {
      events.add(std::move(event));
    }
  });
}

// They tell when they were reset. After a crash all begin anew, which the crash itself tells.
void Facts::look_at_resets(pg::Spi& spi, const Circumstances& around, Events& events) {
  static pg::Plan plan(
      "SELECT datid, 'pg_stat_database', stats_reset, datname FROM pg_catalog.pg_stat_database"
      " UNION ALL SELECT 0, 'pg_stat_bgwriter', stats_reset, NULL FROM pg_catalog.pg_stat_bgwriter"
      " UNION ALL SELECT 0, 'pg_stat_wal', stats_reset, NULL FROM pg_catalog.pg_stat_wal"
      " UNION ALL SELECT 0, 'pg_stat_archiver', stats_reset, NULL"
      " FROM pg_catalog.pg_stat_archiver");
  constexpr std::int64_t minute_us = 60'000'000;
  Map now;
  std::map<Key, std::int64_t> times;
  spi.query(plan, {}, [&](const pg::Row& row) {
    const Key key{"reset", row.get<Oid>(0), InvalidOid, text_of(row, 1)};
    const std::int64_t reset = row.maybe<pg::Timestamp>(2).value_or(pg::Timestamp{0}).us;
    now[key] = {std::to_string(reset), text_of(row, 3)};
    times[key] = reset;
  });
  compare(spi, "reset", now, [&](const Difference& found) {
    if (found.now == nullptr || found.before == nullptr) {
      return;
    }
    const std::int64_t time = times[found.key];
    if (time == 0 || (around.stats_lost && time < around.boot + minute_us)) {
      return;
    }
    Event event;
    event.time = time;
    event.kind = "stats_reset";
    event.name = found.key.name;
    event.database = found.key.database;
    event.source = comparison;
    event.label = found.key.name == "pg_stat_database"
                      ? "statistics were reset, of " +
                            (found.now->origin.empty() ? std::string("shared relations")
                                                       : "database " + found.now->origin) +
                            " or of something in it"
                      : found.key.name + " was reset";
    events.add(std::move(event));
  });
}

void Facts::look(pg::Spi& spi, const ServerBefore& before, const Circumstances& now,
                 Events& events) {
  try {
    pg::Subtransaction scope;
    load(spi);
    const When seen{GetCurrentTimestamp(), before.time};
    const bool restarted = before.boot && *before.boot != now.boot;
    if (seen_reload_ != PgReloadTime || seen_boot_ != now.boot) {
      When when = seen;
      if (restarted) {
        when = {now.boot, std::nullopt};
      } else if (before.time && PgReloadTime > *before.time) {
        when = {PgReloadTime, std::nullopt};
      }
      look_at_settings(spi, when, events);
      seen_reload_ = PgReloadTime;
      seen_boot_ = now.boot;
    }
    look_at_local_settings(spi, seen, events);
    look_at_extensions(spi, seen, events);
    look_at_resets(spi, now, events);
    scope.commit();
  } catch (const pg::Error& error) {
    forget();
    if (error.sqlstate() == ERRCODE_QUERY_CANCELED || error.sqlstate() == ERRCODE_ADMIN_SHUTDOWN) {
      throw;
    }
    pg::report(LOG, error, "pg_almanac cannot compare settings: ");
  }
}

}  // namespace almanac::worker
