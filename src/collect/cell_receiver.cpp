#include "collect/cell_receiver.hpp"

#include "pg/compat.hpp"

namespace almanac::collect {
namespace {

using core::Kind;
using core::kNull;

bool in_milliseconds(Kind kind) {
  return kind == Kind::duration || kind == Kind::deviation || kind == Kind::low ||
         kind == Kind::high;
}

// PG zone. A whole number of any type that statistics come in; kNull for what is none.
std::int64_t whole(Datum value, Oid type) {
  switch (type) {
    case INT8OID:
    case TIMESTAMPTZOID: return DatumGetInt64(value);
    case INT4OID: return DatumGetInt32(value);
    case INT2OID: return DatumGetInt16(value);
    case OIDOID:
    case XIDOID: return static_cast<std::int64_t>(DatumGetUInt32(value));
    case BOOLOID: return DatumGetBool(value) ? 1 : 0;
    case FLOAT8OID: {
      const double number = DatumGetFloat8(value);
      return std::isfinite(number) && std::fabs(number) < 9e18 ? std::llround(number) : kNull;
    }
    case NUMERICOID: return DatumGetInt64(DirectFunctionCall1(numeric_int8, value));
    default: return kNull;
  }
}

// PG zone. A time in milliseconds as a raw cell.
std::int64_t milliseconds(Datum value, Oid type) {
  const double number = type == FLOAT8OID ? DatumGetFloat8(value)
                        : type == INT8OID ? static_cast<double>(DatumGetInt64(value))
                                          : std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<std::int64_t>(
      std::isfinite(number) ? number : std::numeric_limits<double>::quiet_NaN());
}

const std::int64_t no_time = std::bit_cast<std::int64_t>(std::numeric_limits<double>::quiet_NaN());

// PG zone. The bytes of a text or name, in memory of the current context.
std::string_view characters(Datum value, Oid type) {
  if (type == NAMEOID) {
    return NameStr(*DatumGetName(value));
  }
  varlena* detoasted = DatumGetTextPP(value);
  return {VARDATA_ANY(detoasted), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(detoasted))};
}

}  // namespace

CellReceiver::CellReceiver(Observed& out)
    : out_(out), key_(key_words(*out.stream)), raw_(out.stream->columns.size()) {
  receiver_.base.receiveSlot = receive;
  receiver_.base.rStartup = startup;
  receiver_.base.rShutdown = end;
  receiver_.base.rDestroy = end;
  receiver_.base.mydest = DestNone;
  receiver_.self = this;
}

void CellReceiver::startup(DestReceiver*, int, TupleDesc) {}

// Conversions may ereport, so they come first, in the PG zone, into plain buffers; adding the row
// is C++.
bool CellReceiver::receive(TupleTableSlot* slot, DestReceiver* base) {
  CellReceiver* self = reinterpret_cast<Receiver*>(base)->self;
  const store::Stream& stream = *self->out_.stream;
  constexpr std::size_t most_texts = 8;
  std::string_view texts[most_texts];
  std::uint32_t oids[most_texts];
  std::size_t text_count = 0;
  std::size_t oid_count = 0;
  slot_getallattrs(slot);
  const TupleDesc descriptor = slot->tts_tupleDescriptor;
  int at = 0;
  bool skip = false;
  std::size_t word = 0;
  for (const auto* list : {&stream.keys, &stream.labels}) {
    for (const store::KeyColumn& column : *list) {
      const Oid type = TupleDescAttr(descriptor, at)->atttypid;
      const bool null = slot->tts_isnull[at];
      const Datum value = slot->tts_values[at++];
      if (column.type == store::KeyType::text) {
        const std::string_view text = null ? std::string_view{} : characters(value, type);
        texts[text_count++] = text;
        if (list == &stream.keys) {
          self->key_[word++] = text_word(text);
        }
      } else if (list == &stream.keys) {
        skip = skip || null;  // another user's statement without privileges: has no identity
        self->key_[word++] = null ? 0 : whole(value, type);
      } else {
        oids[oid_count++] = null ? 0 : static_cast<std::uint32_t>(whole(value, type));
      }
    }
  }
  for (std::size_t i = 0; i < stream.columns.size(); ++i) {
    const bool time = in_milliseconds(stream.columns[i].kind);
    const Oid type = TupleDescAttr(descriptor, at)->atttypid;
    const bool null = slot->tts_isnull[at];
    const Datum value = slot->tts_values[at++];
    self->raw_[i] = null   ? (time ? no_time : kNull)
                    : time ? milliseconds(value, type)
                           : whole(value, type);
  }
  if (skip) {
    return true;
  }
  return pg::entry([&] {
    Observed& out = self->out_;
    if (out.look.find(self->key_)) {  // a view that shows one thing twice: the first stands
      return true;
    }
    out.look.add(self->key_, self->raw_);
    for (std::size_t i = 0; i < text_count; ++i) {
      out.texts.add(texts[i]);
    }
    for (std::size_t i = 0; i < oid_count; ++i) {
      out.oids.push_back(oids[i]);
    }
    return true;
  });
}

}  // namespace almanac::collect
