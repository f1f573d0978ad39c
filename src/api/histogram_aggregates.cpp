// The aggregates merge(histogram) and histogram_agg(double precision). Both have the same state; as
// moving aggregates they take back what leaves the window, which is exact.

#include "api/histogram.hpp"

namespace almanac::api {
namespace {

using Bytes = std::span<const std::byte>;

// Lives in the aggregate's memory context, and so does all it holds.
struct State {
  explicit State(MemoryContext context) : memory(context), histogram(&memory) {}

  pg::ContextResource memory;
  core::Histogram histogram;
  std::int64_t inputs = 0;  // that were not NULL: of none, the aggregate is NULL
};

State* state_argument(FunctionCallInfo fcinfo, int i) {
  const NullableDatum& argument = fcinfo->args[i];
  return argument.isnull ? nullptr : reinterpret_cast<State*>(DatumGetPointer(argument.value));
}

State* new_state(FunctionCallInfo fcinfo) {
  MemoryContext context = nullptr;
  if (AggCheckCallContext(fcinfo, &context) == 0) {
    throw pg::Failure(ERRCODE_FEATURE_NOT_SUPPORTED,
                      "aggregate function called outside of an aggregate");
  }
  return pg::create<State>(context, context);
}

// One step, forwards or backwards: change(state) with the state that the first argument is, made if
// need be, unless the second is NULL.
template <class F>
Datum step(FunctionCallInfo fcinfo, F change) {
  const pg::Arguments arguments(fcinfo);
  State* state = state_argument(fcinfo, 0);
  if (state == nullptr) {
    state = new_state(fcinfo);
  }
  if (!arguments.null(1)) {
    change_histogram([&] { change(*state, arguments); });
  }
  return PointerGetDatum(state);
}

}  // namespace

unsigned bucket_of_value(double ms) {
  if (!std::isfinite(ms)) {
    throw pg::Failure(ERRCODE_INVALID_PARAMETER_VALUE,
                      "value of a histogram must be a finite number")
        .hint("Leave others out: histogram_agg(ms) FILTER (WHERE ms >= 0 AND ms < 'Infinity').");
  }
  if (ms < 0) {
    throw pg::Failure(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
                      "value of a histogram must not be negative")
        .hint("Leave others out: histogram_agg(ms) FILTER (WHERE ms >= 0 AND ms < 'Infinity').");
  }
  return core::bucket_of_ms(ms);
}

ALMANAC_FUNCTION(almanac_histogram_merge_step) {
  return step(fcinfo, [](State& state, const pg::Arguments& arguments) {
    state.histogram.add(arguments.get<Bytes>(1));
    ++state.inputs;
  });
}

ALMANAC_FUNCTION(almanac_histogram_merge_unstep) {
  return step(fcinfo, [](State& state, const pg::Arguments& arguments) {
    pg::ContextResource memory(CurrentMemoryContext);
    state.histogram.subtract(histogram_argument(arguments, 1, &memory));
    --state.inputs;
  });
}

ALMANAC_FUNCTION(almanac_histogram_value_step) {
  return step(fcinfo, [](State& state, const pg::Arguments& arguments) {
    state.histogram.add(bucket_of_value(arguments.get<double>(1)));
    ++state.inputs;
  });
}

ALMANAC_FUNCTION(almanac_histogram_value_unstep) {
  return step(fcinfo, [](State& state, const pg::Arguments& arguments) {
    state.histogram.subtract(bucket_of_value(arguments.get<double>(1)));
    --state.inputs;
  });
}

ALMANAC_FUNCTION(almanac_histogram_combine) {
  State* state = state_argument(fcinfo, 0);
  if (state == nullptr) {
    state = new_state(fcinfo);
  }
  if (const State* other = state_argument(fcinfo, 1)) {
    change_histogram([&] { state->histogram.add(other->histogram); });
    state->inputs += other->inputs;
  }
  return PointerGetDatum(state);
}

// The number of inputs, then the packed histogram.
ALMANAC_FUNCTION(almanac_histogram_serialize) {
  const State* state = state_argument(fcinfo, 0);
  pg::ContextResource memory(CurrentMemoryContext);
  core::Vector<std::byte> bytes(&memory);
  bytes.resize(sizeof(state->inputs));
  std::memcpy(bytes.data(), &state->inputs, sizeof(state->inputs));
  state->histogram.pack(bytes);
  return pg::result(bytes);
}

ALMANAC_FUNCTION(almanac_histogram_deserialize) {
  const Bytes bytes = pg::Arguments(fcinfo).get<Bytes>(0);
  auto* state = pg::create<State>(CurrentMemoryContext, CurrentMemoryContext);
  if (bytes.size() < sizeof(state->inputs)) {
    throw core::CorruptChunk("serialized histogram is too short");
  }
  std::memcpy(&state->inputs, bytes.data(), sizeof(state->inputs));
  state->histogram.add(bytes.subspan(sizeof(state->inputs)));
  return PointerGetDatum(state);
}

ALMANAC_FUNCTION(almanac_histogram_final) {
  const State* state = state_argument(fcinfo, 0);
  if (state == nullptr || state->inputs == 0) {
    return pg::result(fcinfo, nullptr);
  }
  pg::ContextResource memory(CurrentMemoryContext);
  return histogram_result(state->histogram, &memory);
}

}  // namespace almanac::api
