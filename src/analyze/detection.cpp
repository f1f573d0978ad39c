#include "analyze/detection.hpp"

#include <cmath>

#include "core/robust.hpp"

namespace almanac::analyze {
namespace {

constexpr std::int64_t kDayLength = std::int64_t{86400} * 1000000;

// Steps that the newest level needs at least to be compared with all before it, and those need.
constexpr std::size_t fewest_recent = 3;
constexpr std::size_t fewest_before = 6;
constexpr std::size_t most_recent = 12;  // from here on a change point tells
constexpr double fewest_calls = 30;
// What a jump has to be: in standard errors, and times the level before. The floor is how much a
// level may wander from one stretch to the next.
constexpr double jump_errors = 4;
constexpr double jump_ratio = 1.5;
constexpr double wandering = 0.05;

// The season: a week if there are three of them, else a day. `last` is the newest step with a
// value.
std::size_t period_of(const Steps& steps, std::uint32_t first, std::uint32_t last) {
  if (steps.length >= kDayLength / 2) {
    return 1;
  }
  const auto day = static_cast<std::size_t>(kDayLength / steps.length);
  return last - first + 1 >= 3 * 7 * day ? 7 * day : day;
}

core::ShiftOptions options_for(const StepHistory& history, const Metric& metric,
                               const Values& values, std::span<const std::uint32_t> cuts) {
  core::ShiftOptions options;
  options.cuts = cuts;
  options.changepoints.period =
      period_of(history.steps(), values.positions.front(), values.positions.back());
  options.changepoints.log = metric.shape != Shape::share;
  options.changepoints.max_p = 1e-4;
  return options;
}

bool large_enough(const Metric& metric, double before, double after) {
  return metric.shape == Shape::share ? std::abs(after - before) >= least_share
                                      : std::abs(after - before) >= least_ratio * before;
}

// Most are: what a statement never does.
bool is_constant(const core::Vector<double>& values) {
  return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
}

class Detection {
 public:
  Detection(const StepHistory& history, const Reference& reference, const StepHistory* pinned,
            std::int32_t group, std::vector<Change>& out)
      : history_(history),
        pinned_(pinned),
        pinned_until_(reference.pinned ? reference.pinned->to : 0),
        group_(group),
        out_(out),
        context_(CurrentMemoryContext, "almanac changes") {
    for (const std::int64_t cut : reference.cuts) {
      if (cut > history.steps().first && cut <= history.steps().end()) {
        cuts_.push_back(history.steps().of(cut));
      }
    }
  }

  void look_at(unsigned member, const Metric& metric) {
    context_.reset();
    Values values(context_.resource());
    history_.values(member, metric, values);
    if (values.values.size() < fewest_recent + fewest_before || is_constant(values.values)) {
      return;
    }
    level_.reset();
    if (pinned_ != nullptr) {
      Values scratch(context_.resource());
      level_ = pinned_level(*pinned_, member, metric, scratch);
    }
    std::uint32_t known = 0;  // what is older than this has been told
    for (core::Shift& shift :
         core::find_shifts(values.observations(), options_for(history_, metric, values, cuts_),
                           context_.resource())) {
      if (compare(metric, shift)) {
        tell(member, metric, shift);
      }
      known = shift.at;
    }
    look_at_end(member, metric, values, std::max(known, cut_before_end(values)));
  }

 private:
  // Whether a shift is large enough, in its own direction; it is given the pinned level to be
  // compared with, where that counts.
  bool compare(const Metric& metric, core::Shift& shift) const {
    if (level_ && history_.steps().begin(shift.at) >= pinned_until_) {
      const bool up = shift.after > shift.before;
      const bool has_left =
          large_enough(metric, *level_, shift.before) && (shift.before > *level_) == up;
      if (!has_left) {
        if ((shift.after > *level_) != up) {
          return false;
        }
        shift.before = *level_;
      }
    }
    return large_enough(metric, shift.before, shift.after);
  }

  // The newest cut that leaves enough before whatever is too young for a change point.
  [[nodiscard]] std::uint32_t cut_before_end(const Values& values) const {
    const std::size_t count = values.positions.size();
    if (count > most_recent + fewest_before) {
      const std::uint32_t latest = values.positions[count - most_recent - fewest_before];
      for (std::size_t i = cuts_.size(); i-- > 0;) {
        if (cuts_[i] <= latest) {
          return cuts_[i];
        }
      }
    }
    return 0;
  }

  Change& tell(unsigned member, const Metric& metric, const core::Shift& shift) {
    const Steps& steps = history_.steps();
    Change& change = out_.emplace_back();
    change.series = group_ * store::kSeriesPerSegment + static_cast<std::int32_t>(member);
    change.metric = &metric;
    change.started = steps.begin(shift.at);
    change.earliest = steps.begin(shift.earliest);
    change.latest = steps.begin(shift.latest);
    change.ended = shift.until == core::Shift::lasting ? kLasting : steps.begin(shift.until);
    change.before = shift.before;
    change.after = shift.after;
    change.p = shift.p;
    if (!metric.calls.empty()) {
      const double days = (shift.last + 1.0 - shift.at) * static_cast<double>(steps.length) /
                          static_cast<double>(kDayLength);
      change.calls_per_day = shift.calls / days;
    }
    return change;
  }

  // Whether the newest values, too few for a change point, are far above all since the last one.
  // The start is where the rest differs most.
  void look_at_end(unsigned member, const Metric& metric, const Values& values,
                   std::uint32_t known) {
    if (metric.shape == Shape::share) {
      return;
    }
    const auto first = static_cast<std::size_t>(
        std::lower_bound(values.positions.begin(), values.positions.end(), known) -
        values.positions.begin());
    const std::size_t count = values.values.size();
    core::Shift best;
    double most = jump_errors;
    for (std::size_t recent = fewest_recent;
         recent < most_recent && first + fewest_before + recent <= count; ++recent) {
      core::Shift shift = split(values, first, count - recent);
      if (shift.calls >= fewest_calls && shift.after >= jump_ratio * shift.before &&
          statistic_ > most && compare(metric, shift) && shift.after >= jump_ratio * shift.before) {
        best = shift;
        most = statistic_;
      }
    }
    if (most > jump_errors) {
      tell(member, metric, best).provisional = true;
    }
  }

  // All from `first` on, cut at `middle`; sets statistic_. Values are compared by their logarithms.
  core::Shift split(const Values& values, std::size_t first, std::size_t middle) {
    const std::size_t end = values.values.size();
    core::Shift shift;
    shift.at = shift.earliest = shift.latest = values.positions[middle];
    shift.last = values.positions[end - 1];
    shift.before = mean(values, first, middle);
    shift.after = mean(values, middle, end);
    for (std::size_t i = middle; i < end; ++i) {
      shift.calls += values.calls.empty() ? fewest_calls : values.calls[i];
    }
    const core::TestResult test = core::welch_test(
        logs(values, first, middle), logs(values, middle, end), wandering * wandering);
    statistic_ = test.statistic;
    shift.p = test.p;
    return shift;
  }

  static double mean(const Values& values, std::size_t from, std::size_t to) {
    double sum = 0;
    double calls = 0;
    for (std::size_t i = from; i < to; ++i) {
      const double weight = values.calls.empty() ? 1 : values.calls[i];
      sum += weight * values.values[i];
      calls += weight;
    }
    return sum / calls;
  }

  static core::Sample logs(const Values& values, std::size_t from, std::size_t to) {
    core::Sample sample;
    double squares = 0;
    for (std::size_t i = from; i < to; ++i) {
      const double value = std::log(std::max(values.values[i], 1e-9));
      const double distance = value - sample.mean;
      sample.size += 1;
      sample.mean += distance / sample.size;
      squares += distance * (value - sample.mean);
    }
    sample.variance = sample.size > 1 ? squares / (sample.size - 1) : 0;
    return sample;
  }

  const StepHistory& history_;
  const StepHistory* pinned_;
  std::int64_t pinned_until_;
  std::vector<std::uint32_t> cuts_;  // steps
  std::optional<double> level_;      // of the pinned baseline
  std::int32_t group_;
  std::vector<Change>& out_;
  pg::OwnedContext context_;
  double statistic_ = 0;
};

}  // namespace

void find_changes(const StepHistory& history, const Reference& reference, const StepHistory* pinned,
                  std::int32_t group, std::vector<Change>& out) {
  Detection detection(history, reference, pinned, group, out);
  for (unsigned member = 0; member < store::kSeriesPerSegment; ++member) {
    if (history.active(member) < fewest_recent + fewest_before) {
      continue;
    }
    for (const Metric& metric : metrics(history.stream().id)) {
      detection.look_at(member, metric);
      pg::check_interrupts();
    }
  }
}

}  // namespace almanac::analyze
