#include "core/boundaries.hpp"

#include <algorithm>
#include <cmath>

#include "core/student.hpp"

namespace almanac::core {

namespace {

constexpr double back_share = 0.5;    // of an excursion
constexpr double tail_share = 0.5;    // of a shift
constexpr double beyond_share = 0.7;  // of the elements of a young segment
constexpr std::size_t least_tail = 3;

// The boundaries that are left, as a list, and queues of those that a rule would drop. An entry of
// a queue counts only while its boundary has the version that it had.
class Pruner {
 public:
  Pruner(const WeightedSums& sums, std::span<const double> values, std::span<const double> calls,
         const Judgement& judgement, std::span<const std::uint32_t> starts, Resource* resource)
      : sums_(sums),
        values_(values),
        judgement_(judgement),
        calls_(resource),
        nodes_(resource),
        insignificant_(resource),
        small_(resource),
        transient_(resource) {
    if (!calls.empty()) {
      calls_.reserve(calls.size() + 1);
      calls_.push_back(0);
      for (const double n : calls) calls_.push_back(calls_.back() + n);
    }
    // Nodes 0 and k + 1 are the ends of the series.
    const std::size_t last = starts.size() + 1;
    nodes_.resize(last + 1);
    for (std::size_t i = 0; i <= last; ++i) {
      nodes_[i].at = i == 0      ? 0
                     : i == last ? static_cast<std::uint32_t>(sums.size())
                                 : starts[i - 1];
      nodes_[i].previous = static_cast<std::uint32_t>(i == 0 ? 0 : i - 1);
      nodes_[i].next = static_cast<std::uint32_t>(i == last ? last : i + 1);
    }
    for (std::uint32_t i = 1; i < last; ++i) judge(i);
  }

  void run(Vector<std::uint32_t>& starts) {
    while (drop_one()) {
    }
    starts.clear();
    for (std::uint32_t i = nodes_[0].next; !is_end(i); i = nodes_[i].next) {
      starts.push_back(nodes_[i].at);
    }
  }

 private:
  struct Node {
    std::uint32_t at = 0;
    std::uint32_t previous = 0;
    std::uint32_t next = 0;
    std::uint32_t version = 0;
    bool dropped = false;
  };
  struct Entry {
    double key;  // the least goes first
    std::uint32_t node;
    std::uint32_t version;
    // Of a heap whose top is the greatest.
    friend bool operator<(const Entry& a, const Entry& b) {
      return a.key > b.key || (a.key == b.key && a.node > b.node);
    }
  };
  using Queue = Vector<Entry>;

  bool is_end(std::uint32_t i) const { return i == 0 || i + 1 == nodes_.size(); }
  std::size_t at(std::uint32_t i) const { return nodes_[i].at; }
  double level(std::uint32_t first, std::uint32_t last) const {
    return sums_.mean(at(first), at(last));
  }

  void enqueue(Queue& queue, double key, std::uint32_t i) {
    queue.push_back({key, i, nodes_[i].version});
    std::push_heap(queue.begin(), queue.end());
  }
  // The first entry that still counts, or 0.
  std::uint32_t dequeue(Queue& queue) {
    while (!queue.empty()) {
      std::pop_heap(queue.begin(), queue.end());
      const Entry entry = queue.back();
      queue.pop_back();
      const Node& node = nodes_[entry.node];
      if (!node.dropped && node.version == entry.version) return entry.node;
    }
    return 0;
  }

  // Whether the segment before node `end` tells too little.
  bool too_few_calls(std::uint32_t end) const {
    return !calls_.empty() &&
           calls_[at(end)] - calls_[at(nodes_[end].previous)] < judgement_.min_calls;
  }

  // Asks of a boundary whether rules 1 to 3 would drop it.
  void judge(std::uint32_t i) {
    if (is_end(i)) return;
    const Node& node = nodes_[i];
    const Boundary boundary = describe(sums_, judgement_, at(node.previous), at(i), at(node.next));
    if (boundary.p > judgement_.max_p || too_few_calls(i) || too_few_calls(node.next)) {
      enqueue(insignificant_, -boundary.p, i);
    }
    if (boundary.effect < judgement_.min_effect) enqueue(small_, boundary.effect, i);
    if (!is_end(node.next) && at(node.next) - at(i) < judgement_.transient) {
      const std::uint32_t after = nodes_[node.next].next;
      const double excursion = level(i, node.next) - level(node.previous, i);
      const double difference = level(node.next, after) - level(node.previous, i);
      if (std::fabs(difference) < back_share * std::fabs(excursion)) {
        enqueue(transient_, static_cast<double>(i), i);
      }
    }
  }

  // Takes a boundary out of the list. What stood in the queues about its neighbours counts no more.
  void unlink(std::uint32_t i) {
    Node& node = nodes_[i];
    node.dropped = true;
    nodes_[node.previous].next = node.next;
    nodes_[node.next].previous = node.previous;
  }
  // Judges anew the boundaries about the segment that ends at `i`.
  void judge_around(std::uint32_t i) {
    const std::uint32_t previous = nodes_[i].previous;
    for (const std::uint32_t changed : {nodes_[previous].previous, previous, i}) {
      if (is_end(changed)) continue;
      ++nodes_[changed].version;
      judge(changed);
    }
  }
  void drop(std::uint32_t i) {
    unlink(i);
    judge_around(nodes_[i].next);
  }

  bool drop_one() {
    if (const std::uint32_t weakest = dequeue(insignificant_)) {
      drop(weakest);
    } else if (const std::uint32_t smallest = dequeue(small_)) {
      drop(smallest);
    } else if (const std::uint32_t begin = dequeue(transient_)) {
      unlink(begin);
      drop(nodes_[begin].next);
    } else if (const std::uint32_t last = nodes_.back().previous; !is_end(last) && fades(last)) {
      drop(last);
    } else {
      return false;
    }
    return true;
  }

  // Rule 4.
  bool fades(std::uint32_t last) const {
    const std::size_t begin = at(last);
    const std::size_t end = values_.size();
    const std::size_t length = end - begin;
    const double before = sums_.mean(at(nodes_[last].previous), begin);
    const double shift = sums_.mean(begin, end) - before;
    const std::size_t tail = std::min(length, std::max(least_tail, length / 4));
    if ((sums_.mean(end - tail, end) - before) / shift < tail_share) return true;
    if (length >= judgement_.transient) return false;
    const auto beyond =
        std::count_if(values_.begin() + static_cast<std::ptrdiff_t>(begin), values_.end(),
                      [&](double value) { return (value - before) / shift > tail_share; });
    return static_cast<double>(beyond) < beyond_share * static_cast<double>(length);
  }

  const WeightedSums& sums_;
  std::span<const double> values_;
  const Judgement& judgement_;
  Vector<double> calls_;  // before each element; empty if not known
  Vector<Node> nodes_;
  Queue insignificant_;
  Queue small_;
  Queue transient_;
};

}  // namespace

Boundary describe(const WeightedSums& sums, const Judgement& judgement, std::size_t begin,
                  std::size_t middle, std::size_t end) {
  Boundary out;
  out.at = static_cast<std::uint32_t>(middle);
  out.before = sums.mean(begin, middle);
  out.after = sums.mean(middle, end);
  const double difference = out.after - out.before;
  if (judgement.log) {
    out.effect = std::expm1(std::fabs(difference));
  } else {
    const double base = std::fabs(out.before + judgement.origin);
    out.effect = base > 0 ? std::fabs(difference) / base : HUGE_VAL;
  }
  const double variance =
      judgement.kappa * (1 / sums.weight(begin, middle) + 1 / sums.weight(middle, end));
  const double independent = (1 - judgement.rho) / (1 + judgement.rho);
  const double freedom = std::max(static_cast<double>(end - begin) * independent - 2, 1.0);
  out.p = two_sided_t(difference / std::sqrt(variance), freedom);
  return out;
}

void prune(const WeightedSums& sums, std::span<const double> values, std::span<const double> calls,
           const Judgement& judgement, Vector<std::uint32_t>& starts) {
  if (starts.empty()) return;
  Pruner(sums, values, calls, judgement, view(starts), starts.get_allocator().resource())
      .run(starts);
}

}  // namespace almanac::core
