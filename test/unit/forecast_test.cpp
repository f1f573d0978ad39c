// Forecasts as a whole: known answers, invariances, and input that nobody would send on purpose.
#include "core/forecast.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support.hpp"

namespace almanac::core::test {
namespace {

constexpr int64_t begin = 820'454'400 * second_us;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct Case {
  std::vector<int64_t> times;
  std::vector<double> values;
};

template <class Value>
Case make_case(std::size_t count, int64_t step, const Value& value) {
  Case made;
  for (std::size_t i = 0; i < count; ++i) {
    made.times.push_back(begin + static_cast<int64_t>(i) * step);
    made.values.push_back(value(static_cast<double>(i)));
  }
  return made;
}

class Forecasts : public ::testing::Test {
 protected:
  Forecast forecast(const Case& c, int64_t ahead, ForecastKind kind = ForecastKind::automatic) {
    return Forecast(c.times, c.values, kind, c.times.back() + ahead, &memory_);
  }
  Band band(const Case& c, int64_t ahead, ForecastKind kind = ForecastKind::automatic) {
    return forecast(c, ahead, kind).at(c.times.back() + ahead);
  }
  Arrival arrival(const Case& c, double threshold) {
    return time_to(c.times, c.values, threshold, &memory_);
  }
  double days_until(const Case& c, const std::optional<int64_t>& time) {
    return time ? static_cast<double>(*time - c.times.back()) / day_us : -1;
  }
  CountingResource memory_;
};

void expect_ordered_and_finite(const Band& band) {
  for (const double value :
       {band.value, band.lower_80, band.upper_80, band.lower_95, band.upper_95}) {
    EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_LE(band.lower_95, band.lower_80);
  EXPECT_LE(band.lower_80, band.value);
  EXPECT_LE(band.value, band.upper_80);
  EXPECT_LE(band.upper_80, band.upper_95);
}

TEST_F(Forecasts, ALineGoesOn) {
  const Case line = make_case(200, day_us, [](double i) { return 1000 + 10 * i; });
  EXPECT_EQ(forecast(line, day_us).kind(), ForecastKind::growth);
  const Band year = band(line, 365 * day_us);
  EXPECT_NEAR(year.value, 1000 + 10 * (199 + 365), 1e-6);
  EXPECT_NEAR(year.upper_95 - year.lower_95, 0, 1e-6);
  const Arrival full = arrival(line, 5000);
  EXPECT_EQ(full.verdict, Verdict::growing);
  EXPECT_NEAR(days_until(line, full.likely), 201, 0.01);
  EXPECT_NEAR(days_until(line, full.earliest), 201, 0.01);
}

TEST_F(Forecasts, PurgeAndBulkLoadDoNotBendTheSlope) {
  for (const double jump : {-900.0, 2500.0}) {
    const Case c =
        make_case(200, day_us, [=](double i) { return 3000 + 10 * i + (i > 150 ? jump : 0); });
    EXPECT_NEAR(band(c, 100 * day_us).value, c.values.back() + 1000, 1e-6) << jump;
  }
}

TEST_F(Forecasts, APurgeInAGapDoesNotBendTheSlopeEither) {
  Case c = make_case(200, day_us, [](double i) { return 3000 + 10 * i - (i > 170 ? 1500 : 0); });
  for (std::size_t i = 163; i < 178; ++i) c.values[i] = unknown;
  EXPECT_NEAR(band(c, 100 * day_us).value, c.values.back() + 1000, 10);
}

TEST_F(Forecasts, AWeeklyCycleOfGrowthIsAveraged) {
  double size = 1e6;
  const Case c = make_case(120, day_us, [&](double i) {
    size += std::fmod(i, 7) < 5 ? 14 : 0;
    return size;
  });
  EXPECT_NEAR(band(c, 70 * day_us).value, c.values.back() + 700, 1);
}

TEST_F(Forecasts, TheRateIsThatOfTheCurrentRegime) {
  const Case c = make_case(
      200, day_us, [](double i) { return 1e4 + (i < 120 ? 10 * i : 1200 + 30 * (i - 120)); });
  EXPECT_NEAR((band(c, 100 * day_us).value - c.values.back()) / 100, 30, 1.5);
  const Case young = make_case(130, day_us, [](double i) {
    return 1e4 + (i < 120 ? 10 * i + std::fmod(i * 7, 3) : 1200 + 40 * (i - 120));
  });
  const Arrival full = arrival(young, 2e4);
  EXPECT_EQ(full.verdict, Verdict::shape_changed);
  ASSERT_TRUE(full.changed);
  EXPECT_NEAR(static_cast<double>(*full.changed - begin) / day_us, 120, 2);
}

TEST_F(Forecasts, RecurringPurgesAreASawTooth) {
  const Case c =
      make_case(240, day_us, [](double i) { return 1000 + 10 * i - 200 * std::floor(i / 30); });
  // 30 days add 300 and a purge takes 200 of them.
  const double grown = band(c, 90 * day_us).value - c.values.back();
  EXPECT_NEAR(grown, 300, 30);
  const Arrival full = arrival(c, c.values.back() + 150);
  EXPECT_EQ(full.verdict, Verdict::growing);
  EXPECT_LT(days_until(c, full.likely), 60) << "the peak before the purge counts";
}

TEST_F(Forecasts, SeasonsComeBack) {
  const double circle = 2 * std::acos(-1.0);
  const auto load = [&](double i) { return 100 + 40 * std::sin(i * circle / 24); };
  const Case c = make_case(24 * 20, day_us / 24, load);
  const Forecast f = forecast(c, 2 * day_us);
  EXPECT_EQ(f.kind(), ForecastKind::metric);
  for (int h = 1; h <= 48; ++h) {
    const Band b = f.at(c.times.back() + h * (day_us / 24));
    EXPECT_NEAR(b.value, load(24 * 20 - 1 + h), 4) << h;
    expect_ordered_and_finite(b);
  }
}

TEST_F(Forecasts, MonthsAndYearsAreSteps) {
  const std::vector<int> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  Case c;
  int64_t time = begin;
  for (std::size_t i = 0; i < 96; ++i) {
    c.times.push_back(time);
    c.values.push_back(i % 12 == 11 ? 200 : 100 + static_cast<double>(i % 2));
    time += lengths[i % 12] * day_us;
  }
  const Forecast f(c.times, c.values, ForecastKind::metric, time + 340 * day_us, &memory_);
  int64_t at = c.times.back();
  for (std::size_t h = 0; h < 12; ++h) {
    at += lengths[(95 + h) % 12] * day_us;
    const double expected = h == 11 ? 200 : 100;
    EXPECT_NEAR(f.at(at).value, expected, 25) << h;
  }
}

TEST_F(Forecasts, VerdictsAreSaidInsteadOfGuesses) {
  const Case constant = make_case(100, day_us, [](double) { return 42; });
  EXPECT_EQ(arrival(constant, 50).verdict, Verdict::not_growing);
  EXPECT_FALSE(arrival(constant, 50).likely);
  EXPECT_EQ(arrival(constant, 42).verdict, Verdict::reached);
  EXPECT_EQ(arrival(constant, 42).likely, constant.times.front());
  EXPECT_DOUBLE_EQ(band(constant, day_us).upper_95, 42);

  const Case few = make_case(7, day_us, [](double i) { return i; });
  EXPECT_EQ(arrival(few, 10).verdict, Verdict::not_enough_history);
  EXPECT_FALSE(forecast(few, day_us).enough(few.times.back() + day_us));

  const Case slow = make_case(100, day_us, [](double i) { return 1e6 + i; });
  EXPECT_EQ(arrival(slow, 2e6).verdict, Verdict::not_within_two_years);
  EXPECT_FALSE(arrival(slow, 2e6).likely);

  const Case shrinking = make_case(100, day_us, [](double i) { return 1000 - i; });
  EXPECT_EQ(arrival(shrinking, 2000).verdict, Verdict::not_growing);
  EXPECT_EQ(arrival(shrinking, 500).verdict, Verdict::falling);
  EXPECT_NEAR(days_until(shrinking, arrival(shrinking, 500).likely), 401, 0.1);

  const Case minutes = make_case(30, 60 * second_us, [](double i) { return i; });
  EXPECT_EQ(arrival(minutes, 100).verdict, Verdict::growing);
  EXPECT_EQ(arrival(minutes, 1e5).verdict, Verdict::not_enough_history);
}

TEST_F(Forecasts, NoiseIsNoGrowth) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, 5);
  int growing = 0;
  for (int seed = 0; seed < 40; ++seed) {
    const Case c = make_case(120, day_us, [&](double) { return 100 + noise(random); });
    growing += arrival(c, 200).likely ? 1 : 0;
  }
  EXPECT_LE(growing, 2);
}

TEST_F(Forecasts, ScaleAndTimeDoNotMatter) {
  std::mt19937 random(3);
  std::exponential_distribution<double> grown(0.1);
  double size = 5000;
  const Case c = make_case(300, day_us, [&](double) { return size += grown(random); });
  const Case metric =
      make_case(300, day_us, [&](double i) { return grown(random) + std::fmod(i, 7); });
  for (const Case& original : {c, metric}) {
    const Band before = band(original, 60 * day_us);
    Case scaled = original;
    for (double& value : scaled.values) value *= 1024;
    const Band times_1024 = band(scaled, 60 * day_us);
    EXPECT_EQ(times_1024.value, before.value * 1024);
    EXPECT_EQ(times_1024.upper_95, before.upper_95 * 1024);
    Case shifted = original;
    for (int64_t& time : shifted.times) time += 12'345'678'901;
    const Band later = band(shifted, 60 * day_us);
    EXPECT_EQ(later.value, before.value);
    EXPECT_EQ(later.lower_80, before.lower_80);
  }
  Case higher = c;
  for (double& value : higher.values) value += 4096;
  EXPECT_NEAR(band(higher, 60 * day_us).value, band(c, 60 * day_us).value + 4096, 1e-6);
}

TEST_F(Forecasts, GapsJitterAndDoublesChangeLittle) {
  const Case whole = make_case(200, day_us, [](double i) { return 1000 + 10 * i; });
  Case rough = whole;
  std::mt19937 random(5);
  for (std::size_t i = 1; i + 1 < rough.times.size(); ++i) {
    const auto jitter = static_cast<int64_t>(random() % 3600) * second_us;
    rough.times[i] += jitter;
    rough.values[i] += 10.0 * static_cast<double>(jitter) / day_us;
    if (random() % 4 == 0) rough.values[i] = unknown;
  }
  for (std::size_t i = 80; i < 95; ++i) rough.values[i] = unknown;
  rough.times.push_back(rough.times.back());
  rough.values.push_back(rough.values.back());
  EXPECT_NEAR(band(rough, 100 * day_us).value, band(whole, 100 * day_us).value, 0.5);
}

TEST_F(Forecasts, AnyInputHasADefinedAnswer) {
  const double huge = std::numeric_limits<double>::max();
  const double small = std::numeric_limits<double>::denorm_min();
  std::mt19937_64 random(11);
  const std::vector<double> values{0, -1, 1, huge, -huge, small, -small, unknown, 1e300, -0.0, 3.5};
  const std::vector<int64_t> steps{0,      1,       second_us, 3600 * second_us,
                                   day_us, week_us, year_us,   400 * year_us};
  for (int round = 0; round < 500; ++round) {
    Case c;
    int64_t time = round % 2 == 0 ? -200'000 * day_us : begin;
    const std::size_t count = random() % 80;
    const std::size_t kinds = 1 + random() % values.size();
    const int64_t usual = steps[random() % steps.size()];
    for (std::size_t i = 0; i < count; ++i) {
      c.times.push_back(time);
      c.values.push_back(values[random() % kinds]);
      const int64_t step = random() % 4 != 0 ? usual : steps[random() % steps.size()];
      if (time < 9'000'000'000'000'000'000 - step) time += step;
    }
    for (const auto kind : {ForecastKind::automatic, ForecastKind::growth, ForecastKind::metric}) {
      const Forecast f(c.times, c.values, kind, time + year_us, &memory_);
      for (const int64_t ahead : {int64_t{1}, day_us, year_us}) {
        if (f.ahead(time + ahead) && f.enough(time + ahead))
          expect_ordered_and_finite(f.at(time + ahead));
      }
    }
    for (const double threshold : {0.0, 1.0, -huge, huge}) {
      const Arrival a = time_to(c.times, c.values, threshold, &memory_);
      const bool moving = a.verdict == Verdict::growing || a.verdict == Verdict::falling;
      if (moving) {
        ASSERT_TRUE(a.likely && a.earliest);
        EXPECT_LE(*a.earliest, *a.likely);
        EXPECT_LE(*a.likely, a.latest.value_or(*a.likely));
      }
    }
  }
}

TEST_F(Forecasts, TheSameInputGivesTheSameAnswer) {
  std::mt19937 random(13);
  const Case c = make_case(400, day_us / 24, [&](double i) {
    return std::fmod(i, 24) + static_cast<double>(random() % 7);
  });
  const Band first = band(c, day_us);
  const Band second = band(c, day_us);
  EXPECT_EQ(first.value, second.value);
  EXPECT_EQ(first.upper_95, second.upper_95);
}

}  // namespace
}  // namespace almanac::core::test
