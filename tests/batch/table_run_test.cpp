#include "cmrt1/batch/table_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "cmrt1/batch/output.h"
#include "support/temporary_folder.h"

namespace cmrt1 {
namespace {

namespace fs = std::filesystem;

/// Counts who is at a place, and lets them wait for company.
class Place {
 public:
  /// True once `company` are there together (at once where they have been), false where that takes too long.
  bool meet(int company) {
    std::unique_lock lock(mutex_);
    most_ = std::max(most_, ++here_);
    changed_.notify_all();
    const bool met = changed_.wait_for(lock, std::chrono::seconds(10), [&] { return most_ >= company; });
    --here_;
    return met;
  }
  int most() const { return most_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int here_ = 0, most_ = 0;
};

/// A run of cases that give one row each.
struct SmallRun {
  TemporaryFolder folder;
  TableRun run;

  explicit SmallRun(int threads) {
    run.program = "test";
    run.output = folder.path() / "out";
    run.quiet = true;
    run.threads = threads;
    run.tables = {{"table.csv", {"input", "slice"}}};
    run.inputs = [](std::size_t number) {
      CaseInputs inputs;
      inputs.folder = std::to_string(number);
      return inputs;
    };
  }
  ExitCode go(std::size_t count, const CaseWork& work) const { return run_to_tables(run, count, work); }
  std::string table() const {
    std::ostringstream text;
    text << std::ifstream(run.output / "table.csv").rdbuf();
    return text.str();
  }
};

SeriesOutcome done(std::size_t number) {
  SeriesOutcome outcome;
  outcome.ok = 1;
  outcome.rows["table.csv"] = {{"case " + std::to_string(number), "0"}};
  return outcome;
}

std::function<SeriesOutcome()> delivers(std::size_t number) {
  return [number] { return done(number); };
}

TEST(TableRun, WorksOnAsManyCasesAtOnceAsItHasThreads) {
  for (const int threads : {1, 3}) {
    Place work;
    EXPECT_EQ(SmallRun(threads).go(9,
                                   [&](std::size_t number, int own) {
                                     EXPECT_EQ(own, 1);
                                     EXPECT_TRUE(work.meet(threads));
                                     return delivers(number);
                                   }),
              ExitCode::ok);
    EXPECT_EQ(work.most(), threads);
  }
}

TEST(TableRun, GivesFewCasesSeveralThreadsEach) {
  for (const auto& [count, of_each] : {std::pair{1, 6}, {2, 3}, {4, 2}, {7, 1}}) {
    std::mutex mutex;
    std::vector<int> given;
    SmallRun(6).go(static_cast<std::size_t>(count), [&](std::size_t number, int threads) {
      const std::lock_guard lock(mutex);
      given.push_back(threads);
      return delivers(number);
    });
    EXPECT_EQ(given, std::vector<int>(static_cast<std::size_t>(count), of_each));
  }
}

TEST(TableRun, WritesACaseWhileItWorksOnTheNext) {
  Place work_and_writing;
  bool met = false;
  SmallRun(1).go(2, [&](std::size_t number, int) {
    if (number == 1) {
      EXPECT_TRUE(work_and_writing.meet(2));
    }
    return [&, number] {
      if (number == 0) met = work_and_writing.meet(2);
      return done(number);
    };
  });
  EXPECT_TRUE(met);
}

TEST(TableRun, HasTheSameTableWhicheverCaseIsDoneFirst) {
  const SmallRun alone(1), together(4);
  alone.go(4, [](std::size_t number, int) { return delivers(number); });
  Place all;
  together.go(4, [&](std::size_t number, int) {
    EXPECT_TRUE(all.meet(4));
    std::this_thread::sleep_for(std::chrono::milliseconds(20 * (4 - number)));
    return delivers(number);
  });
  EXPECT_EQ(together.table(), alone.table());
  EXPECT_EQ(alone.table(), "input,slice\ncase 0,0\ncase 1,0\ncase 2,0\ncase 3,0\n");
}

TEST(TableRun, KeepsWhatWasWorkedOnBesideACaseThatEndsTheRun) {
  for (const bool in_work : {true, false}) {
    const SmallRun run(2);
    Place both;
    std::size_t begun = 0;
    std::mutex mutex;
    const auto work = [&](std::size_t number, int) -> std::function<SeriesOutcome()> {
      {
        const std::lock_guard lock(mutex);
        ++begun;
      }
      both.meet(2);
      if (number > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (in_work && number == 1) throw IoError("the disk is full");
      return [=] {
        if (number == 1) throw IoError("the disk is full");
        return done(number);
      };
    };
    EXPECT_THROW(run.go(1000, work), IoError);
    EXPECT_NE(run.table().find("case 0"), std::string::npos);
    EXPECT_EQ(run.table().find("case 1,"), std::string::npos);
    EXPECT_LT(begun, 1000u);
  }
}

TEST(TableRun, SparesTheSeriesOfAStudyBesideThoseOfWhichNothingIsDelivered) {
  const SmallRun run(4);
  constexpr std::size_t kSeries = 400;
  const auto work = [&](std::size_t number, int) -> std::function<SeriesOutcome()> {
    const fs::path folder = fs::path("study") / std::to_string(number);
    return [&, folder, number] {
      SeriesOutcome outcome = done(number);
      if (number % 2 == 0) return nothing_delivered(folder, run.run.output, outcome);
      deliver(run.run.output / folder,
              [](const fs::path& staging) { std::ofstream(staging / "file") << "x"; });
      remove_result(run.run.output / folder, run.run.output);  // so that the study's folder comes and goes
      return outcome;
    };
  };
  EXPECT_EQ(run.go(kSeries, work), ExitCode::ok);
  const std::string table = run.table();
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), static_cast<std::ptrdiff_t>(kSeries) + 1);
}

TEST(TableRun, KeepsWhatIsThereOnSeveralThreads) {
  SmallRun run(3);
  const auto work = [&](std::size_t number, int) -> std::function<SeriesOutcome()> {
    return [&, number] {
      const fs::path folder = run.run.output / std::to_string(number);
      deliver(folder, [](const fs::path& staging) { std::ofstream(staging / "file") << "x"; });
      return done(number);
    };
  };
  run.go(20, work);
  const std::string table = run.table();
  run.run.control.resume = true;
  EXPECT_EQ(run.go(20,
                   [](std::size_t number, int) -> std::function<SeriesOutcome()> {
                     ADD_FAILURE() << "case " << number << " was there";
                     return delivers(number);
                   }),
            ExitCode::ok);
  EXPECT_EQ(run.table(), table);
}

TEST(TableRun, OfNothingIsAnEmptyTable) {
  const SmallRun run(3);
  EXPECT_EQ(run.go(0, [](std::size_t number, int) { return delivers(number); }), ExitCode::ok);
  EXPECT_EQ(run.table(), "input,slice\n");
}

}  // namespace
}  // namespace cmrt1
