#include "store/dictionary.hpp"

#include "pg/compat.hpp"

namespace almanac::store {
namespace {

using collect::Observed;

// One column of input: an array with an element per row. Integers, oids and booleans travel as
// int8[], and are cast in the statement; names as text[].
struct Column {
  const char* name;
  KeyType type;
  std::vector<std::int64_t> words;
  std::vector<std::string_view> texts;
  [[nodiscard]] pg::Arg argument() const {
    return type == KeyType::text ? pg::Arg(texts) : pg::Arg(words);
  }
};

const char* cast(KeyType type) {
  switch (type) {
    case KeyType::oid: return "::pg_catalog.oid";
    case KeyType::boolean: return " <> 0";
    case KeyType::bigint:
    case KeyType::text: return "";
  }
  return "";
}

std::string table_of(const Stream& stream) {
  return std::string("almanac.") + stream.name + "_keys";
}

// Names come from catalogs of other databases, whose encoding may be another: what is not valid
// here is shown by question marks. The copies live in `keep`.
std::string_view valid(std::string_view text, std::vector<std::string>& keep) {
  if (pg_verifymbstr(text.data(), static_cast<int>(text.size()), true)) {
    return text;
  }
  std::string copy(text);
  for (char& c : copy) {
    if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') {
      c = '?';
    }
  }
  keep.push_back(std::move(copy));
  return keep.back();
}

std::vector<Column> key_columns(const Observed& observed, std::span<const std::uint32_t> rows,
                                std::vector<std::string>& keep) {
  std::vector<Column> columns;
  for (unsigned k = 0; k < observed.stream->keys.size(); ++k) {
    const KeyColumn& key = observed.stream->keys[k];
    Column& column = columns.emplace_back(Column{key.name, key.type, {}, {}});
    for (const std::uint32_t row : rows) {
      if (key.type == KeyType::text) {
        column.texts.push_back(valid(observed.key_text(row, k), keep));
      } else {
        column.words.push_back(observed.look.key(row)[k]);
      }
    }
  }
  return columns;
}

std::vector<Column> label_columns(const Observed& observed, std::span<const std::uint32_t> rows,
                                  std::vector<std::string>& keep) {
  std::vector<Column> columns;
  for (unsigned l = 0; l < observed.stream->labels.size(); ++l) {
    const KeyColumn& label = observed.stream->labels[l];
    Column& column = columns.emplace_back(Column{label.name, label.type, {}, {}});
    for (const std::uint32_t row : rows) {
      if (label.type == KeyType::text) {
        column.texts.push_back(valid(observed.label_text(row, l), keep));
      } else {
        column.words.push_back(observed.label_oid(row, l));
      }
    }
  }
  return columns;
}

// `FROM unnest($1, $2, ...) WITH ORDINALITY AS i (a, b, ..., n)`, from parameter `first` on.
std::string from_unnest(std::span<const Column> columns, std::size_t first) {
  std::string parameters;
  std::string names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    parameters += (i ? ", $" : "$") + std::to_string(first + i);
    names += std::string(columns[i].name) + ", ";
  }
  return " FROM unnest(" + parameters + ") WITH ORDINALITY AS i (" + names + "n)";
}

std::vector<pg::Arg> arguments(std::span<const Column> columns) {
  std::vector<pg::Arg> args;
  for (const Column& column : columns) {
    args.push_back(column.argument());
  }
  return args;
}

// Fills in the series that exist.
void find_existing(pg::Spi& spi, const Stream& stream, std::span<const Column> keys,
                   Assigned& assigned) {
  std::string condition;
  for (const Column& key : keys) {
    condition += std::string(" AND k.") + key.name + " = (i." + key.name + cast(key.type) + ")";
  }
  const std::string sql = "SELECT i.n, k.series_id" + from_unnest(keys, 1) + " JOIN " +
                          table_of(stream) + " k ON k.server_id = 0" + condition;
  const auto take = [&](const pg::Row& row) {
    const auto n = static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1;
    assigned.series[n] = row.get<std::int32_t>(1);
    assigned.existed[n] = 1;
  };
  const pg::RowCallback each(take);
  spi.run(sql.c_str(), arguments(keys), &each);
}

void create_missing(pg::Spi& spi, const Observed& observed, std::span<const std::uint32_t> rows,
                    Assigned& assigned) {
  const Stream& stream = *observed.stream;
  std::vector<std::uint32_t> missing;
  std::vector<std::size_t> position;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (assigned.existed[i] == 0) {
      missing.push_back(rows[i]);
      position.push_back(i);
    }
  }
  if (missing.empty()) {
    return;
  }
  std::vector<std::int32_t> ids;
  const std::string sequence = pg::quote_literal(table_of(stream));
  spi.query("SELECT pg_catalog.nextval(pg_catalog.pg_get_serial_sequence(" + sequence +
                ", 'series_id'))::int4 FROM pg_catalog.generate_series(1, $1)",
            {static_cast<std::int32_t>(missing.size())},
            [&](const pg::Row& row) { ids.push_back(row.get<std::int32_t>(0)); });

  std::vector<std::string> keep;
  keep.reserve(missing.size() * (stream.keys.size() + stream.labels.size()));
  std::vector<Column> columns = key_columns(observed, missing, keep);
  for (Column& label : label_columns(observed, missing, keep)) {
    columns.push_back(std::move(label));
  }
  std::string names;
  std::string values;
  for (const Column& column : columns) {
    names += std::string(", ") + column.name;
    values += std::string(", (i.") + column.name + cast(column.type) + ")";
  }
  Column& id = columns.emplace_back(Column{"series_id", KeyType::bigint, {}, {}});
  id.words.assign(ids.begin(), ids.end());
  const std::string sql = "INSERT INTO " + table_of(stream) + " (series_id, server_id" + names +
                          ") SELECT i.series_id, 0" + values + from_unnest(columns, 1);
  spi.run(sql.c_str(), arguments(columns), nullptr);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    assigned.series[position[i]] = ids[i];
  }
}

}  // namespace

Assigned assign_series(pg::Spi& spi, const Observed& observed, std::span<const std::uint32_t> rows,
                       core::Resource* resource) {
  Assigned assigned{core::Vector<std::int32_t>(rows.size(), -1, resource),
                    core::Vector<std::uint8_t>(rows.size(), 0, resource)};
  if (rows.empty()) {
    return assigned;
  }
  if (observed.stream->keys.empty()) {  // one series
    const auto id = spi.value<std::int32_t>("SELECT series_id FROM " + table_of(*observed.stream) +
                                            " WHERE server_id = 0");
    assigned.existed[0] = id.has_value();
    assigned.series[0] =
        id ? *id
           : *spi.value<std::int32_t>("INSERT INTO " + table_of(*observed.stream) +
                                      " (server_id) VALUES (0) RETURNING series_id");
    return assigned;
  }
  std::vector<std::string> keep;
  keep.reserve(rows.size() * observed.stream->keys.size());
  find_existing(spi, *observed.stream, key_columns(observed, rows, keep), assigned);
  create_missing(spi, observed, rows, assigned);
  return assigned;
}

void remember_roles(pg::Spi& spi, const std::vector<std::int64_t>& roles) {
  spi.execute(
      "INSERT INTO almanac.roles AS r (server_id, userid, rolname)"
      " SELECT 0, a.oid, a.rolname FROM pg_catalog.pg_roles a"
      " WHERE a.oid::int8 = ANY ($1) OR a.oid IN (SELECT k.userid FROM almanac.roles k WHERE "
      "k.server_id = 0)"
      " ON CONFLICT (server_id, userid) DO UPDATE SET rolname = excluded.rolname WHERE r.rolname "
      "<> excluded.rolname",
      {roles});
}

void update_labels(pg::Spi& spi, const Observed& observed, std::span<const std::uint32_t> rows,
                   std::span<const std::int32_t> series, core::Resource*) {
  if (rows.empty() || observed.stream->labels.empty()) {
    return;
  }
  std::vector<std::string> keep;
  keep.reserve(rows.size() * observed.stream->labels.size());
  std::vector<Column> columns = label_columns(observed, rows, keep);
  std::string set;
  std::string old_values;
  std::string new_values;
  for (const Column& column : columns) {
    const std::string name = column.name;
    const std::string comma = set.empty() ? "" : ", ";
    const std::string value = "(i." + name + cast(column.type) + ")" +
                              (column.type == KeyType::text ? "::pg_catalog.name" : "");
    set += comma + name + " = " + value;
    old_values += comma + "k." + name;
    new_values += comma + value;
  }
  Column& id = columns.emplace_back(Column{"series_id", KeyType::bigint, {}, {}});
  id.words.assign(series.begin(), series.end());
  const std::string sql = "UPDATE " + table_of(*observed.stream) + " k SET " + set +
                          from_unnest(columns, 1) + " WHERE k.series_id = i.series_id AND ROW(" +
                          old_values + ") IS DISTINCT FROM ROW(" + new_values + ")";
  spi.run(sql.c_str(), arguments(columns), nullptr);
}

bool load_keys(pg::Spi& spi, const Stream& stream, std::span<const std::int32_t> series,
               core::Vector<std::int64_t>& words) {
  words.clear();
  if (series.empty()) {
    return true;
  }
  std::string names;
  for (const KeyColumn& key : stream.keys) {
    const std::string name = key.name;
    switch (key.type) {
      case KeyType::oid: names += ", k." + name + "::int8"; break;
      case KeyType::boolean: names += ", k." + name + "::int4::int8"; break;
      case KeyType::bigint:
      case KeyType::text: names += ", k." + name; break;
    }
  }
  std::size_t found = 0;
  const unsigned width = collect::key_words(stream);
  words.reserve(series.size() * width);
  spi.query("SELECT i.n" + names +
                " FROM unnest($1::int4[]) WITH ORDINALITY AS i (series_id, n) JOIN " +
                table_of(stream) + " k ON k.series_id = i.series_id ORDER BY i.n",
            {series}, [&](const pg::Row& row) {
              ++found;
              if (stream.keys.empty()) {
                words.push_back(0);
              }
              for (int k = 0; k < static_cast<int>(stream.keys.size()); ++k) {
                words.push_back(stream.keys[static_cast<std::size_t>(k)].type == KeyType::text
                                    ? collect::text_word(row.get<std::string_view>(k + 1))
                                    : row.get<std::int64_t>(k + 1));
              }
            });
  return found == series.size();
}

void load_labels(pg::Spi& spi, const Stream& stream, std::span<const std::int32_t> series,
                 const std::function<void(std::size_t, std::span<const std::uint64_t>)>& each) {
  if (series.empty() || stream.labels.empty()) {
    return;
  }
  std::string names;
  for (const KeyColumn& label : stream.labels) {
    names += std::string(", k.") + label.name + (label.type == KeyType::oid ? "::int8" : "");
  }
  std::vector<std::uint64_t> words(stream.labels.size());
  spi.query(
      "SELECT i.n" + names + " FROM unnest($1::int4[]) WITH ORDINALITY AS i (series_id, n) JOIN " +
          table_of(stream) + " k ON k.series_id = i.series_id",
      {series}, [&](const pg::Row& row) {
        for (int l = 0; l < static_cast<int>(words.size()); ++l) {
          const auto at = static_cast<std::size_t>(l);
          words[at] =
              stream.labels[at].type == KeyType::text
                  ? static_cast<std::uint64_t>(collect::text_word(row.get<std::string_view>(l + 1)))
                  : static_cast<std::uint64_t>(row.get<std::int64_t>(l + 1));
        }
        each(static_cast<std::size_t>(row.get<std::int64_t>(0)) - 1, words);
      });
}

std::vector<std::int32_t> series_groups(pg::Spi& spi, const Stream& stream, std::int32_t first,
                                        std::int32_t last) {
  std::vector<std::int32_t> groups;
  spi.query("SELECT DISTINCT series_id / " + std::to_string(kSeriesPerSegment) + " FROM almanac." +
                stream.name +
                "_keys WHERE series_id OPERATOR(pg_catalog.>=) $1"
                " AND series_id OPERATOR(pg_catalog.<=) $2 ORDER BY 1",
            {first, last}, [&](const pg::Row& row) { groups.push_back(row.get<std::int32_t>(0)); });
  return groups;
}

}  // namespace almanac::store
