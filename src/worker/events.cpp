#include "worker/events.hpp"

#include "capture/commands.hpp"
#include "pg/scope.hpp"
#include "store/dictionary.hpp"
#include "store/owner.hpp"

namespace almanac::worker {
namespace {

using core::CommandEvent;
using core::CommandKind;
using Place = core::EventLimits::Place;

std::optional<std::string> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<Oid> oid_or_null(Oid oid) {
  return oid == InvalidOid ? std::nullopt : std::optional(oid);
}

// Names come from other databases, whose encoding may be another.
std::string valid(const char* text) {
  std::string copy(text);
  if (!pg_verifymbstr(copy.data(), static_cast<int>(copy.size()), true)) {
    for (char& c : copy) {
      c = static_cast<unsigned char>(c) >= 0x80 ? '?' : c;
    }
  }
  return copy;
}

bool is(const CommandEvent& command, std::initializer_list<CommandKind> kinds) {
  return std::ranges::find(kinds, static_cast<CommandKind>(command.kind)) != kinds.end();
}

bool of_extension(const CommandEvent& command) {
  return is(command, {CommandKind::extension_created, CommandKind::extension_updated,
                      CommandKind::extension_dropped});
}

bool of_setting(const CommandEvent& command) {
  return is(command, {CommandKind::setting_changed, CommandKind::alter_system});
}

// "CREATE INDEX public.orders_at ON public.orders"
std::string label_of(const CommandEvent& command, const Event& event) {
  std::string label = command.command;
  if (of_extension(command)) {
    const bool dropped = is(command, {CommandKind::extension_dropped});
    const std::string& version = dropped ? *event.old_value : *event.new_value;
    label = (dropped ? "extension dropped: " : "extension ") + event.name + " " + version;
    if (is(command, {CommandKind::extension_updated})) {
      label = "extension " + event.name + " " + *event.old_value + " -> " + version;
    }
    return label;
  }
  if (is(command, {CommandKind::function_replaced}) ||
      (is(command, {CommandKind::view_altered}) && label == "CREATE VIEW")) {
    label.insert(sizeof("CREATE"), "OR REPLACE ");
  }
  const bool has_name = !event.name.empty();
  label += has_name ? " " + qualified(event.schema, event.name) : "";
  if (!event.relation_name.empty() && event.relation != event.object) {
    label += " ON " + qualified(valid(command.table_schema), event.relation_name);
  }
  if (command.detail[0] != '\0') {
    label += ": " + valid(command.detail);
  }
  if (command.more > 0) {
    label += " and " + std::to_string(command.more) + " more";
  }
  return label;
}

// "ALTER ROLE app: work_mem = 64MB"
std::string label_of_setting(const CommandEvent& command, const Event& event,
                             const char* for_role) {
  std::string label = command.command;
  if (for_role != nullptr) {
    label += " " + qualified("", for_role);
  }
  if (command.database != InvalidOid) {
    const char* name = pg::call([&] { return get_database_name(command.database); });
    label += std::string(for_role != nullptr ? " IN DATABASE " : " ") +
             (name != nullptr ? qualified("", name) : std::to_string(command.database));
  }
  return label + ": " + event.name + " = " + *event.new_value;
}

std::string details_of(const CommandEvent& command) {
  std::string json = "{\"command\": " + json_string(command.command);
  if (command.detail[0] != '\0' && !of_extension(command) && !of_setting(command)) {
    json += ", \"what\": " + json_string(valid(command.detail));
  }
  if (command.time - command.begun >= 1'000'000) {
    json += ", \"seconds\": " + std::to_string((command.time - command.begun) / 1'000'000);
  }
  json += command.concurrent ? ", \"concurrently\": true" : "";
  json += command.prepared ? ", \"prepared\": true" : "";
  json += command.more > 0 ? ", \"more\": " + std::to_string(command.more) : "";
  return json + "}";
}

}  // namespace

std::string qualified(std::string_view schema, std::string_view name) {
  const auto quoted = [](std::string_view text) {
    const std::string copy(text);
    return std::string(pg::call([&] { return quote_identifier(copy.c_str()); }));
  };
  return schema.empty() ? quoted(name) : quoted(schema) + "." + quoted(name);
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out + '"';
}

void Events::add_command(const CommandEvent& command) {
  Event event;
  event.time = command.time;
  event.kind = core::name_of(static_cast<CommandKind>(command.kind));
  event.database = command.database;
  event.schema = valid(command.schema);
  event.name = valid(command.name);
  event.object = command.object;
  event.relation = command.table;
  event.relation_name = valid(command.table_name);
  event.source = "command";
  event.occurrences = 1 + static_cast<int>(command.more);
  const auto role = pg::call([&] { return GetUserNameFromId(command.role, true); });
  event.role = role != nullptr ? role : "";
  const bool of_table = event.kind.starts_with("table_") || event.kind == "vacuum" ||
                        event.kind == "analyze" || event.kind == "index_rebuilt";
  if (of_table && event.relation == InvalidOid) {
    event.relation = event.object;
    event.relation_name = event.name;
  }
  if (of_extension(command)) {
    event.old_value = text_or_null(command.old_value);
    event.new_value = text_or_null(command.detail);
  } else if (of_setting(command)) {
    event.new_value = valid(command.detail);
    const auto for_role = pg::call([&] {
      return command.object != InvalidOid ? GetUserNameFromId(command.object, true) : nullptr;
    });
    event.label = label_of_setting(command, event, for_role);
    event.details = details_of(command);
    found_.push_back(std::move(event));
    return;
  }
  event.label = label_of(command, event);
  event.details = details_of(command);
  found_.push_back(std::move(event));
}

void Events::read_commands() {
  core::CommandQueue& queue = capture::commands();
  if (!keeps_ || !queue.exists()) {
    return;
  }
  CommandEvent command;
  while (queue.read(read_, command)) {
    ++read_;
    add_command(command);
  }
  if (lost_ == 0 && queue.untold() > 0) {
    const std::uint64_t untold = queue.untold();
    lost_ = queue.lost();
    Event event;
    event.time = GetCurrentTimestamp();
    event.kind = "events_lost";
    event.label =
        "commands that came faster than they could be recorded: " + std::to_string(untold);
    event.source = "command";
    event.occurrences = static_cast<int>(std::min<std::uint64_t>(untold, INT_MAX));
    found_.push_back(std::move(event));
  }
}

bool Events::known(pg::Spi& spi, std::initializer_list<std::string_view> kinds, Oid database,
                   Oid object, std::string_view name, std::int64_t after) const {
  static pg::Plan plan(
      "SELECT EXISTS (SELECT FROM almanac.event_log WHERE \"time\" > $2 - interval '1 day'"
      " AND COALESCE(last_time, \"time\") > $2 AND kind = ANY ($3)"
      " AND (dbid = $1 AND CASE WHEN $4 <> 0 THEN objid = $4 ELSE objname = $5 END"
      " OR (source = 'rest' OR details ? 'more') AND COALESCE(dbid, $1) = $1))");
  for (const Event& event : found_) {
    const bool more = event.source == "command" && event.occurrences > 1;
    const bool same = more || (object != InvalidOid ? event.object == object : event.name == name);
    if (same && event.database == database && std::ranges::find(kinds, event.kind) != kinds.end()) {
      return true;
    }
  }
  const std::vector<std::string_view> wanted(kinds);
  return spi.value<bool>(plan, {database, pg::Timestamp{after}, wanted, object, name})
      .value_or(false);
}

Event* Events::find_setting(std::string_view name, Oid database, Oid role) {
  for (std::size_t i = found_.size(); i-- > 0;) {
    Event& event = found_[i];
    if (event.kind == "setting_changed" && event.source == "command" &&
        (event.name == name || event.name == "all") && event.database == database &&
        event.object == role) {
      return &event;
    }
  }
  return nullptr;
}

void Events::store(pg::Spi& spi) {
  if (found_.empty()) {
    return;
  }
  try {
    pg::Subtransaction scope;
    write(spi);
    scope.commit();
  } catch (const pg::Error& error) {
    if (error.sqlstate() == ERRCODE_QUERY_CANCELED || error.sqlstate() == ERRCODE_ADMIN_SHUTDOWN) {
      throw;
    }
    pg::report(LOG, error, "pg_almanac cannot store events: ");
  }
}

void Events::accept() noexcept {
  if (read_ > 0) {
    capture::commands().release(read_);
  }
  if (lost_ > 0) {
    capture::commands().told(lost_);
  }
  discard();
}

void Events::discard() noexcept {
  found_.clear();
  read_ = 0;
  lost_ = 0;
}

void Events::load_limits(pg::Spi& spi) {
  static pg::Plan plan(
      "SELECT pg_catalog.date_bin('1 hour', \"time\", '2000-01-01 00:00:00+00'), kind,"
      " COALESCE(dbid, 0), COALESCE(objid, 0), pg_catalog.count(*) FROM almanac.event_log"
      " WHERE \"time\" >= $1 GROUP BY 1, 2, 3, 4");
  limits_ = core::EventLimits();
  const std::int64_t from = core::EventLimits::day_of(found_.front().time);
  spi.query(plan, {pg::Timestamp{from}}, [&](const pg::Row& row) {
    limits_.count(row.get<pg::Timestamp>(0).us, row.get<std::string_view>(1), row.get<Oid>(2),
                  row.get<Oid>(3), static_cast<int>(row.get<std::int64_t>(4)));
  });
}

void Events::write(pg::Spi& spi) {
  std::ranges::stable_sort(found_, {}, &Event::time);
  load_limits(spi);
  for (const Event& event : found_) {
    const Place place = limits_.admit(event.time, event.kind, event.database, event.object);
    if (place == Place::own) {
      insert(spi, event);
    } else {
      count_in(spi, event, place);
    }
  }
}

void Events::insert(pg::Spi& spi, const Event& event) {
  static pg::Plan plan(
      "INSERT INTO almanac.event_log (\"time\", not_before, kind, label, dbid, datname, schemaname,"
      " objname, objid, relid, relname, rolname, old_value, new_value, source, details,"
      " occurrences)"
      " VALUES ($1, $2, $3, $4, $5, COALESCE((SELECT d.datname FROM pg_catalog.pg_database d"
      "  WHERE d.oid = $5), (SELECT k.datname FROM almanac.database_keys k"
      "  WHERE k.dbid = $5 AND k.server_id = 0)), $6, $7, $8, $9, $10, $11, $12, $13, $14,"
      " $15::jsonb, $16)");
  const std::optional<pg::Timestamp> not_before =
      event.not_before ? std::optional(pg::Timestamp{*event.not_before}) : std::nullopt;
  spi.execute(plan,
              {pg::Timestamp{event.time}, not_before, event.kind, event.label,
               oid_or_null(event.database), text_or_null(event.schema), text_or_null(event.name),
               oid_or_null(event.object), oid_or_null(event.relation),
               text_or_null(event.relation_name), text_or_null(event.role), event.old_value,
               event.new_value, event.source, text_or_null(event.details), event.occurrences});
}

// Beyond a limit: one row for the rest of the hour or day.
void Events::count_in(pg::Spi& spi, const Event& event, Place place) {
  static pg::Plan of_object(
      "UPDATE almanac.event_log SET occurrences = occurrences + $5,"
      " last_time = GREATEST(last_time, $4) WHERE event_id = (SELECT e.event_id"
      " FROM almanac.event_log e WHERE e.dbid = $1 AND e.objid = $2 AND e.kind = $3"
      " AND e.\"time\" <= $4 ORDER BY e.\"time\" DESC, e.event_id DESC LIMIT 1)");
  static pg::Plan of_rest(
      "UPDATE almanac.event_log SET occurrences = occurrences + $5,"
      " last_time = GREATEST(last_time, $4) WHERE kind = $1 AND source = 'rest'"
      " AND COALESCE(dbid, 0) = $2 AND \"time\" >= $3 AND \"time\" < $3 + $6::interval");
  const pg::Timestamp time{event.time};
  if (place == Place::object) {
    spi.execute(of_object, {event.database, event.object, event.kind, time, event.occurrences});
    return;
  }
  const bool day = place == Place::day;
  const Oid database = day ? InvalidOid : event.database;
  const std::int64_t from =
      day ? core::EventLimits::day_of(event.time) : core::EventLimits::hour_of(event.time);
  if (spi.execute(of_rest, {event.kind, database, pg::Timestamp{from}, time, event.occurrences,
                            day ? "1 day" : "1 hour"}) == 0) {
    Event rest;
    rest.time = event.time;
    rest.kind = event.kind;
    rest.label = std::string("more of them in this ") + (day ? "day" : "hour");
    rest.database = database;
    rest.source = "rest";
    rest.occurrences = event.occurrences;
    insert(spi, rest);
  }
}

bool Events::expire(std::int64_t at) {
  static pg::Plan plan(
      "DELETE FROM almanac.event_log WHERE event_id IN (SELECT e.event_id FROM almanac.event_log e"
      " WHERE e.\"time\" < (SELECT $1 - r.keep FROM almanac.retention r WHERE r.stream = 'event')"
      " ORDER BY e.\"time\" LIMIT 2000)");
  const store::AsOwner as_owner;
  pg::Spi spi;
  return spi.execute(plan, {pg::Timestamp{at}}) > 0;
}

}  // namespace almanac::worker
