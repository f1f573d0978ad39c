#include "collect/sequences.hpp"

#include "collect/sequence_limits.hpp"
#include "pg/boundary.hpp"
#include "pg/compat_sequences.hpp"
#include "pg/memory.hpp"
#include "pg/scope.hpp"

// Three steps: the parameters of all sequences, in batches; the last value of each, where an error
// costs no more than the one; names and limits (sequence_limits.hpp).

namespace almanac::collect {
namespace {

using core::kNull;

constexpr double worth_recording = 0.01;
constexpr std::size_t most_recorded = 1000;
constexpr std::int64_t day_us = 86'400'000'000;

struct Sequence {
  Oid oid;
  std::int64_t increment, min_value, max_value;
  enum class State : std::uint8_t { gone, unread, read } state;
  std::int64_t last_value;
};

// A value as a cell: the least of all stands for NULL there, and nothing is lost by taking its
// neighbour.
std::int64_t cell_of(std::int64_t value) { return std::max(value, kNull + 1); }

// ---- parameters

void read_parameters(std::vector<Sequence>& out) {
  constexpr unsigned batch_rows = 64;
  std::array<Sequence, batch_rows> batch;
  ::Relation catalog = nullptr;
  SysScanDesc scan = nullptr;
  pg::call([&] {
    catalog = table_open(SequenceRelationId, AccessShareLock);
    scan = systable_beginscan(catalog, InvalidOid, false, nullptr, 0, nullptr);
  });
  for (bool more = true; more;) {
    const unsigned count = pg::call([&] {
      unsigned rows = 0;
      while (rows < batch_rows) {
        HeapTuple tuple = systable_getnext(scan);
        if (!HeapTupleIsValid(tuple)) {
          more = false;
          break;
        }
        auto* form = reinterpret_cast<Form_pg_sequence>(GETSTRUCT(tuple));
        if (!form->seqcycle && form->seqincrement != 0) {
          batch[rows++] = {form->seqrelid, form->seqincrement,    form->seqmin,
                           form->seqmax,   Sequence::State::gone, 0};
        }
      }
      return rows;
    });
    out.insert(out.end(), batch.begin(), batch.begin() + count);
  }
  pg::call([&] {
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
  });
}

// ---- last values

// PG zone. What the page of a sequence says; false if it is none.
bool read_page(Buffer buffer, FormData_pg_sequence_data& data) {
  // Without the padding that follows in memory.
  constexpr std::size_t bytes =
      offsetof(FormData_pg_sequence_data, is_called) + sizeof(data.is_called);
  LockBuffer(buffer, BUFFER_LOCK_SHARE);
  Page page = BufferGetPage(buffer);
  bool good = false;
  if (!PageIsNew(page) && PageGetMaxOffsetNumber(page) == FirstOffsetNumber) {
    ItemId item = PageGetItemId(page, FirstOffsetNumber);
    if (ItemIdIsNormal(item)) {
      auto* header = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, item));
      if (header->t_hoff + bytes <= ItemIdGetLength(item)) {
        memcpy(&data, reinterpret_cast<const char*>(header) + header->t_hoff, bytes);
        good = true;
      }
    }
  }
  UnlockReleaseBuffer(buffer);
  return good;
}

// PG zone.
void read_last_value(Sequence& sequence, BufferAccessStrategy strategy) {
  CHECK_FOR_INTERRUPTS();
  sequence.state = Sequence::State::unread;
  // What nextval() takes: keeps out whoever gives the sequence another file, or takes it away.
  if (!ConditionalLockRelationOid(sequence.oid, RowExclusiveLock)) {
    return;
  }
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(sequence.oid));
  auto* form =
      HeapTupleIsValid(tuple) ? reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple)) : nullptr;
  if (form == nullptr || form->relkind != RELKIND_SEQUENCE ||
      form->relpersistence == RELPERSISTENCE_TEMP) {
    sequence.state = Sequence::State::gone;
  } else {
    FormData_pg_sequence_data data;
    if (read_page(pg::compat::first_page(form, strategy), data)) {
      sequence.state = Sequence::State::read;
      sequence.last_value = data.last_value;
      if (!data.is_called &&
          __builtin_sub_overflow(data.last_value, sequence.increment, &sequence.last_value)) {
        sequence.last_value = data.last_value;
      }
    }
  }
  if (HeapTupleIsValid(tuple)) {
    ReleaseSysCache(tuple);
  }
  UnlockRelationOid(sequence.oid, RowExclusiveLock);
}

// Also a lock timeout: somebody rewrites a catalog, and the next sequence would wait as long.
bool ends_look(const pg::Error& error) {
  return error.sqlstate() == ERRCODE_QUERY_CANCELED ||
         error.sqlstate() == ERRCODE_LOCK_NOT_AVAILABLE ||
         ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION;
}

// work(sequence) for each; where that raises an error, it is rolled back and failed(sequence) comes
// instead, so that one sequence does not keep all else from being recorded.
template <class Work, class Failed>
void for_each_guarded(std::vector<Sequence>& sequences, Work work, Failed failed) {
  for (std::size_t at = 0; at < sequences.size();) {
    try {
      pg::Subtransaction attempt;
      for (; at < sequences.size(); ++at) {
        work(sequences[at]);
      }
      attempt.commit();
    } catch (const pg::Error& error) {
      if (ends_look(error) || at == sequences.size()) {
        throw;
      }
      failed(sequences[at++]);
    }
  }
}

// A damaged page is for nextval() to complain about.
void read_last_values(std::vector<Sequence>& sequences) {
  BufferAccessStrategy strategy = pg::call([] { return GetAccessStrategy(BAS_BULKREAD); });
  for_each_guarded(
      sequences, [&](Sequence& one) { pg::call([&] { read_last_value(one, strategy); }); },
      [](Sequence& one) { one.state = Sequence::State::unread; });
  pg::call([&] { FreeAccessStrategy(strategy); });
}

// ---- rows

// Where in a row of the stream what stands.
struct Cells {
  std::size_t last, first, limit, own_limit, increment, seen;
  explicit Cells(const store::Stream& stream)
      : last(of(stream, "last_value")),
        first(of(stream, "first_value")),
        limit(of(stream, "limit_value")),
        own_limit(of(stream, "own_limit_value")),
        increment(of(stream, "increment")),
        seen(of(stream, "seen_on")) {}

 private:
  static std::size_t of(const store::Stream& stream, const char* column) {
    return static_cast<std::size_t>(stream.ordinal(column));
  }
};

}  // namespace

void read_sequences(Observed& out) {
  std::vector<Sequence> sequences;
  read_parameters(sequences);
  if (sequences.empty()) {
    return;
  }
  read_last_values(sequences);
  const Cells at(*out.stream);
  std::vector<std::int64_t> cells(out.stream->columns.size(), kNull);
  pg::OwnedContext scratch(CurrentMemoryContext, "pg_almanac sequences");
  const auto add = [&](const Sequence& one) {
    SequenceDescription what{};
    const bool ascending = one.increment > 0;
    const bool there = one.state != Sequence::State::gone && pg::call([&] {
                         MemoryContext const previous = MemoryContextSwitchTo(scratch.get());
                         const bool found = describe_sequence(
                             one.oid, ascending, ascending ? one.max_value : one.min_value, what);
                         MemoryContextSwitchTo(previous);
                         MemoryContextReset(scratch.get());
                         return found;
                       });
    if (!there) {
      return;
    }
    cells[at.last] = one.state == Sequence::State::read ? cell_of(one.last_value) : kNull;
    cells[at.first] = cell_of(ascending ? one.min_value : one.max_value);
    cells[at.own_limit] = cell_of(ascending ? one.max_value : one.min_value);
    cells[at.limit] = cell_of(what.limit);
    cells[at.increment] = cell_of(one.increment);
    const std::int64_t key[] = {oid_word(MyDatabaseId), oid_word(one.oid)};
    out.look.add(key, cells);
    for (const NameData* name :
         {&what.schema, &what.name, &what.key_schema, &what.key_table, &what.key_column}) {
      out.texts.add(NameStr(*name));
    }
  };
  // A type that is dropped while its column is looked at.
  for_each_guarded(sequences, add, [](Sequence&) {});
}

double used_share(const store::Stream& stream, std::span<const std::int64_t> cells) {
  const Cells at(stream);
  if (cells[at.last] == kNull) {
    return 0;
  }
  const auto value = [&](std::size_t i) { return static_cast<double>(cells[i]); };
  const double sign = cells[at.increment] > 0 ? 1 : -1;
  const double range = sign * (value(at.limit) - value(at.first)) + 1;
  const double used = sign * (value(at.last) - value(at.first)) + 1;
  return range > 0 ? std::max(used / range, 0.0) : 1;
}

void choose_sequences(const Observed& all, const core::Tracker& known, std::int64_t now,
                      Observed& out) {
  struct Chosen {
    std::uint32_t row;
    double share;
    std::int64_t last;
  };
  const Cells at(*all.stream);
  std::vector<Chosen> chosen;
  std::vector<std::int64_t> cells;
  for (std::uint32_t row = 0; row < all.rows(); ++row) {
    const auto seen = all.look.cells(row);
    cells.assign(seen.begin(), seen.end());
    const auto before = known.find(all.look.key(row));
    if (cells[at.last] == kNull && before) {
      cells[at.last] = known.cells(*before)[at.last];
    }
    const double share = used_share(*all.stream, cells);
    if (before || share >= worth_recording) {
      chosen.push_back({row, share, cells[at.last]});
    }
  }
  if (chosen.size() > most_recorded) {
    std::nth_element(chosen.begin(), chosen.begin() + most_recorded, chosen.end(),
                     [](const Chosen& a, const Chosen& b) { return a.share > b.share; });
    chosen.resize(most_recorded);
  }
  for (const Chosen& one : chosen) {
    const auto seen = all.look.cells(one.row);
    cells.assign(seen.begin(), seen.end());
    cells[at.last] = one.last;
    cells[at.seen] = now - ((now % day_us) + day_us) % day_us;
    out.look.add(all.look.key(one.row), cells);
    for (unsigned label = 0; label < all.texts_per_row; ++label) {
      out.texts.add(all.label_text(one.row, label));
    }
  }
}

}  // namespace almanac::collect
