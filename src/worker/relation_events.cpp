#include "worker/relation_events.hpp"

namespace almanac::worker {
namespace {

using Kinds = std::initializer_list<std::string_view>;

// More in one look are counted, not told: a database was restored.
constexpr std::size_t most_relations = 200;

struct Found {
  Oid object = InvalidOid;
  Oid table = InvalidOid;
  std::string schema, table_name, name;
};

struct Differences {
  std::vector<Found> appeared, vanished;
  std::vector<std::pair<Found, Found>> renamed;  // before, now
};

Oid database_of(const ExaminedRelations& of) { return of.source.id().source; }

// Labels are schemaname, relname; of indexes relid, schemaname, relname, indexrelname.
Found found_in_look(const ExaminedRelations& of, std::uint32_t row, bool index) {
  Found found;
  found.object = static_cast<Oid>(of.look.look.key(row)[1]);
  const unsigned first = index ? 1 : 0;
  found.table = index ? of.look.label_oid(row, 0) : found.object;
  found.schema = of.look.label_text(row, first);
  found.table_name = of.look.label_text(row, first + 1);
  found.name = index ? std::string(of.look.label_text(row, 3)) : found.table_name;
  return found;
}

// As the dictionary has them, by series.
std::vector<Found> stored(pg::Spi& spi, bool index, std::span<const std::int32_t> series) {
  static pg::Plan of_tables(
      "SELECT relid, relid, schemaname::text, relname::text, relname::text"
      " FROM almanac.table_keys WHERE series_id = ANY ($1)");
  static pg::Plan of_indexes(
      "SELECT indexrelid, relid, schemaname::text, relname::text, indexrelname::text"
      " FROM almanac.index_keys WHERE series_id = ANY ($1)");
  std::vector<Found> found;
  spi.query(index ? of_indexes : of_tables, {series}, [&](const pg::Row& row) {
    found.push_back({row.get<Oid>(0), row.get<Oid>(1), std::string(row.get<std::string_view>(2)),
                     std::string(row.get<std::string_view>(3)),
                     std::string(row.get<std::string_view>(4))});
  });
  return found;
}

// Entries without a sample since the last reference look new, but are in the dictionary.
std::set<Oid> already_known(pg::Spi& spi, bool index, Oid database, std::span<const Oid> objects) {
  static pg::Plan of_tables(
      "SELECT relid FROM almanac.table_keys WHERE dbid = $1 AND relid = ANY ($2)"
      " AND server_id = 0");
  static pg::Plan of_indexes(
      "SELECT indexrelid FROM almanac.index_keys WHERE dbid = $1 AND indexrelid = ANY ($2)"
      " AND server_id = 0");
  std::set<Oid> known;
  spi.query(index ? of_indexes : of_tables, {database, objects},
            [&](const pg::Row& row) { known.insert(row.get<Oid>(0)); });
  return known;
}

Differences differences(pg::Spi& spi, const ExaminedRelations& of, bool index) {
  Differences out;
  if (!of.source.last() || of.source.mode() != core::Mode::difference) {
    return out;
  }
  std::set<std::uint32_t> inherited;  // rows that took over from others
  std::set<std::int32_t> predecessors;
  for (const collect::Heir& heir : of.source.heirs()) {
    inherited.insert(heir.row);
    predecessors.insert(of.source.tracker().series(heir.predecessor));
  }
  std::vector<Oid> objects;
  for (const std::uint32_t row : of.changes.unseen) {
    if (!inherited.contains(row)) {
      out.appeared.push_back(found_in_look(of, row, index));
      objects.push_back(out.appeared.back().object);
    }
  }
  if (!objects.empty()) {
    const std::set<Oid> known = already_known(spi, index, database_of(of), objects);
    std::erase_if(out.appeared, [&](const Found& f) { return known.contains(f.object); });
  }
  std::vector<std::int32_t> gone;
  for (const std::int32_t series : of.changes.vanished) {
    if (!predecessors.contains(series)) {
      gone.push_back(series);
    }
  }
  if (!gone.empty()) {
    out.vanished = stored(spi, index, gone);
  }
  std::map<Oid, Found> now;
  std::vector<std::int32_t> series;
  for (const std::uint32_t row : of.source.renamed()) {
    const auto at = of.source.tracker().find(of.look.look.key(row));
    if (at && !inherited.contains(row)) {
      const Found found = found_in_look(of, row, index);
      now[found.object] = found;
      series.push_back(of.source.tracker().series(*at));
    }
  }
  if (!series.empty()) {
    for (const Found& before : stored(spi, index, series)) {
      const Found& after = now[before.object];
      if (std::tie(before.schema, before.name) != std::tie(after.schema, after.name)) {
        out.renamed.emplace_back(before, after);
      }
    }
  }
  return out;
}

class Teller {
 public:
  Teller(pg::Spi& spi, Events& events, Oid database, std::int64_t time, std::int64_t last)
      : spi_(spi), events_(events), database_(database), time_(time), last_(last) {}

  // Unless an event of one of those kinds is there already.
  void tell(const char* kind, Kinds told_by, const Found& found, std::string label) {
    if (found.schema == "almanac") {
      return;
    }
    const std::int64_t after = last_ - slack_us;
    if (told_ >= most_relations) {
      ++rest_[kind];
      return;
    }
    if (events_.known(spi_, told_by, database_, found.object, found.name, after)) {
      return;
    }
    ++told_;
    Event event = blank(kind, std::move(label));
    event.schema = found.schema;
    event.name = found.name;
    event.object = found.object;
    event.relation = found.table;
    event.relation_name = found.table_name;
    events_.add(std::move(event));
  }

  void tell_rest() {
    for (const auto& [kind, number] : rest_) {
      Event event = blank(kind.c_str(), "and " + std::to_string(number) + " more");
      event.occurrences = number;
      events_.add(std::move(event));
    }
  }

  // Whether a command rebuilt that index, or all of its table.
  bool rebuilt(const Found& index) const {
    return events_.known(spi_, {"index_rebuilt"}, database_, index.object, "", last_ - slack_us) ||
           events_.known(spi_, {"index_rebuilt"}, database_, index.table, "", last_ - slack_us);
  }

 private:
  static constexpr std::int64_t slack_us = 10'000'000;

  Event blank(const char* kind, std::string label) const {
    Event event;
    event.time = time_;
    event.not_before = last_;
    event.kind = kind;
    event.label = std::move(label);
    event.database = database_;
    event.source = "comparison";
    return event;
  }

  pg::Spi& spi_;
  Events& events_;
  Oid database_;
  std::int64_t time_, last_;
  std::size_t told_ = 0;
  std::map<std::string, int> rest_;
};

std::string name_of(const Found& found) { return qualified(found.schema, found.name); }

}  // namespace

void compare_relations(pg::Spi& spi, const ExaminedRelations& tables,
                       const ExaminedRelations& indexes, std::int64_t time, Events& events) {
  const Differences of_tables = differences(spi, tables, false);
  const Differences of_indexes = differences(spi, indexes, true);
  if (!tables.source.last()) {
    return;
  }
  std::set<Oid> tables_told;  // of which indexes need not be told
  Teller teller(spi, events, database_of(tables), time, tables.source.last()->time);
  for (const Found& found : of_tables.appeared) {
    tables_told.insert(found.object);
    teller.tell("table_created", {"table_created"}, found, "table appeared: " + name_of(found));
  }
  for (const Found& found : of_tables.vanished) {
    tables_told.insert(found.object);
    teller.tell("table_dropped", {"table_dropped"}, found, "table is gone: " + name_of(found));
  }
  for (const auto& [before, now] : of_tables.renamed) {
    teller.tell("table_altered", {"table_altered"}, now,
                "table renamed: " + name_of(before) + " -> " + name_of(now));
  }
  for (const Found& found : of_indexes.appeared) {
    if (!tables_told.contains(found.table) && !teller.rebuilt(found)) {
      teller.tell("index_created", {"index_created"}, found,
                  "index appeared: " + name_of(found) + " on " + found.table_name);
    }
  }
  for (const Found& found : of_indexes.vanished) {
    if (!tables_told.contains(found.table) && !teller.rebuilt(found)) {
      teller.tell("index_dropped", {"index_dropped"}, found,
                  "index is gone: " + name_of(found) + " on " + found.table_name);
    }
  }
  for (const auto& [before, now] : of_indexes.renamed) {
    teller.tell("index_altered", {"index_altered", "table_altered"}, now,
                "index renamed: " + name_of(before) + " -> " + name_of(now));
  }
  teller.tell_rest();
}

}  // namespace almanac::worker
