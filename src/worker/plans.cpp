#include "worker/plans.hpp"

#include "pg/compat.hpp"
#include "store/dictionary.hpp"
#include "store/source_state.hpp"

namespace almanac::worker {
namespace {

constexpr std::size_t most_remembered = 100'000;  // series

const store::Stream& stream() { return *store::find_stream(store::kPlan); }

std::array<std::int64_t, 5> key_of(const core::PlanKey& key) {
  return {collect::oid_word(key.dbid), collect::oid_word(key.userid),
          static_cast<std::int64_t>(key.queryid), collect::boolean_word(key.toplevel != 0),
          static_cast<std::int64_t>(key.plan_id)};
}

// Texts come from other databases, whose encoding may be another: what is not valid here is shown
// by question marks.
std::string valid(std::string_view text) {
  std::string copy(text);
  if (!pg_verifymbstr(copy.data(), static_cast<int>(copy.size()), true)) {
    for (char& c : copy) {
      c = static_cast<unsigned char>(c) >= 0x80 || c == '\0' ? '?' : c;
    }
  }
  return copy;
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> list;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find('\0'), names.size());
    list.push_back(valid(names.substr(0, end)));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return list;
}

std::vector<std::string_view> views(const std::vector<std::string>& strings) {
  return {strings.begin(), strings.end()};
}

}  // namespace

Plans::Plans(bool keeps, core::Resource* resource) : keeps_(keeps), keeper_(resource) {}

void Plans::forget() noexcept {
  keeper_.forget();
  series_.clear();
}

void Plans::invalidate() noexcept {
  series_.clear();
  if (active()) {
    capture::plan_table().want_texts();
  }
}

// Fills in the series of plans that were not met yet. Returns how many are new.
std::uint64_t Plans::assign(pg::Spi& spi, std::span<const Key> keys, core::Resource* scratch) {
  if (series_.size() > most_remembered) {
    series_.clear();
  }
  collect::Observed unmet(stream(), scratch);
  const std::vector<std::int64_t> raw(stream().columns.size());
  std::vector<std::uint32_t> rows;
  for (const Key& key : keys) {
    if (!series_.contains(key) && !unmet.look.find(key)) {
      rows.push_back(unmet.rows());
      unmet.look.add(key, raw);
    }
  }
  if (rows.empty()) {
    return 0;
  }
  const store::Assigned assigned = store::assign_series(spi, unmet, rows, scratch);
  std::uint64_t created = 0;
  for (const std::uint32_t row : rows) {
    Key key;
    std::ranges::copy(unmet.look.key(row), key.begin());
    series_[key] = assigned.series[row];
    created += assigned.existed[row] != 0 ? 0 : 1;
  }
  return created;
}

void Plans::store(pg::Spi& spi, std::span<const Text> texts) {
  static pg::Plan insert(
      "INSERT INTO almanac.plan_texts AS t (text_id, last_used, plan, relations, indexes)"
      " VALUES ($1, CURRENT_DATE, $2, $3, $4)"
      " ON CONFLICT (text_id) DO UPDATE SET last_used = excluded.last_used"
      " WHERE t.last_used < excluded.last_used");
  static pg::Plan link(
      "UPDATE almanac.plan_keys SET text_id = $2 WHERE series_id = $1"
      " AND text_id IS DISTINCT FROM $2");
  for (const Text& text : texts) {
    std::string whole = text.plan;
    for (const auto* names : {&text.relations, &text.indexes}) {
      whole += '\0';
      for (const std::string& name : *names) {
        whole += '\0' + name;
      }
    }
    const std::int64_t id = collect::text_word(whole);
    spi.execute(insert, {id, text.plan, views(text.relations), views(text.indexes)});
    spi.execute(link, {text.series, id});
  }
}

Plans::Written Plans::write(pg::Spi& spi, std::int64_t snapshot_id, core::Tick tick,
                            std::uint32_t flags, std::span<const Oid> excluded,
                            core::Resource* scratch) {
  Written written;
  const auto is_excluded = [&](Oid database) {
    return std::find(excluded.begin(), excluded.end(), database) != excluded.end();
  };
  // Where recording begins, what was counted before belongs to no interval.
  const bool begins = (flags & core::Flag::baseline) != 0;
  std::map<Key, core::PlanCounts> increases;
  std::vector<std::pair<Key, Text>> texts;
  keeper_.read(
      [&](const core::PlanCopy& copy, const core::PlanCounts& increase) {
        ++written.entries;
        if (begins || is_excluded(copy.key.dbid)) {
          return;
        }
        core::PlanCounts& sum = increases[key_of(copy.key)];
        sum.calls += increase.calls;
        sum.total_ns += increase.total_ns;
        sum.measured += increase.measured;
      },
      [&](const core::PlanKey& key, const core::PlanText& text) {
        if (!is_excluded(key.dbid)) {
          texts.emplace_back(key_of(key),
                             Text{0, valid(text.plan), split(text.relations), split(text.indexes)});
        }
        return true;
      });
  std::vector<Key> keys;
  for (const auto& [key, increase] : increases) {
    keys.push_back(key);
  }
  for (const auto& [key, text] : texts) {
    keys.push_back(key);
  }
  written.new_series = assign(spi, keys, scratch);
  std::vector<Text> to_store;
  for (auto& [key, text] : texts) {
    text.series = series_.at(key);
    to_store.push_back(std::move(text));
  }
  store(spi, to_store);

  std::map<std::int32_t, core::PlanCounts> by_series;
  for (const auto& [key, increase] : increases) {
    by_series[series_.at(key)] = increase;
  }
  if (by_series.empty()) {
    return written;
  }
  core::Batch batch(scratch);
  batch.ticks.push_back(tick);
  for (std::size_t c = 0; c <= stream().columns.size(); ++c) {
    batch.columns.emplace_back();
  }
  for (const auto& [series, increase] : by_series) {
    batch.series.push_back(series);
    batch.first.push_back(static_cast<std::uint32_t>(batch.tick.size()));
    batch.tick.push_back(0);
    batch.columns[0].push_back(flags);
    batch.columns[1].push_back(static_cast<std::int64_t>(increase.calls));
    batch.columns[2].push_back(static_cast<std::int64_t>((increase.total_ns + 500) / 1000));
    batch.columns[3].push_back(static_cast<std::int64_t>(increase.measured));
  }
  batch.first.push_back(static_cast<std::uint32_t>(batch.tick.size()));
  written.samples = by_series.size();
  written.bytes = store::append_journal(spi, {&stream(), InvalidOid}, snapshot_id, batch, scratch);
  return written;
}

}  // namespace almanac::worker
