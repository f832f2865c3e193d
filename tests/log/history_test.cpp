#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <random>

#include "log/log_world.h"
#include "support/rounds.h"

using namespace inbound_sms;
using namespace inbound_sms::log;
using namespace std::chrono;

// What is remembered of past messages follows from the log alone: random histories, in which a
// process that lives on, processes that are restarted, and those that search give the same
// answers, which are those of a reader who looks at the log before every commit.

namespace {

struct Delivery {
  int number;
  bool has_key;
  microseconds age;  // of the message when it is committed
};

// What happens before a batch, and the batch.
struct Step {
  microseconds passes{};  // on the clock, which may be set back
  bool renamed = false;
  bool sync_fails = false;
  std::vector<Delivery> batch;
};

constexpr int kNumbers = 30;  // of messages: so few that there are many repeats

class RandomHistory {
 public:
  explicit RandomHistory(unsigned seed) : random_(seed) {}

  std::vector<Step> steps(std::size_t count, microseconds remember) {
    const std::vector<microseconds> usual = {0us, 1us, 1s, 1h, 13h, 24h};
    const std::vector<microseconds> rare = {-1us,
                                            -1s,
                                            -1h,
                                            -24h,
                                            remember,
                                            remember + 1us,
                                            -remember,
                                            -remember - 1us,
                                            remember - 24h,
                                            2 * remember};
    std::vector<Step> steps(count);
    for (Step& step : steps) {
      step.passes = one_in(4) ? rare[below(rare.size())] : usual[below(usual.size())];
      step.renamed = one_in(12);
      step.sync_fails = one_in(10);
      for (std::size_t size = below(16); step.batch.size() < size;)
        step.batch.push_back({int(below(kNumbers)), !one_in(8), microseconds(below(2'000'000))});
    }
    return steps;
  }

  std::size_t below(std::size_t end) { return random_() % end; }
  bool one_in(std::size_t times) { return below(times) == 0; }

 private:
  std::mt19937 random_;
};

Record record_of(const Delivery& delivery, Time now) {
  Record record = message(delivery.number, now - delivery.age);
  if (delivery.has_key) return record;
  record.key.reset();
  record.body.resize(record.body.rfind(",\"key\""));
  return record;
}

// A run of a history. Before every batch `restart` may put another process in the place of the
// one that there is.
class Run : public LogWorld {
 public:
  using Restart = std::function<void(Run& run)>;

  Run() : journal(start()) {}

  // Says at which step an answer was wrong; empty: at none.
  std::string play(const std::vector<Step>& steps, const Restart& restart) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      clock.time += steps[i].passes;
      if (steps[i].renamed) rename_newest(i);
      restart(*this);
      const std::string wrong = deliver(steps[i]);
      if (!wrong.empty()) return "step " + std::to_string(i) + ": " + wrong;
    }
    return "";
  }

  std::unique_ptr<Journal> journal;

 private:
  std::string deliver(const Step& step) {
    std::vector<Record> batch;
    for (const Delivery& delivery : step.batch) batch.push_back(record_of(delivery, clock.time));
    const std::vector<Outcome> expected = answers_of_the_log(batch, step.sync_fails);
    if (step.sync_fails) disk.fail({.kind = Call::Kind::sync, .path = newest()});
    const std::vector<Outcome> outcomes = journal->commit(batch);
    disk.heal();
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (outcomes[i] != expected[i])
        return "message " + std::to_string(step.batch[i].number) + " got " +
               std::to_string(int(outcomes[i])) + " instead of " + std::to_string(int(expected[i]));
    return "";
  }

  std::vector<Outcome> answers_of_the_log(const std::vector<Record>& batch, bool fails) const {
    std::set<Key> known;
    for (const std::string& line : content_of(disk, options.pattern).lines) {
      const std::optional<LineParts> parts = take_apart(line);
      const std::optional<Key> key = message_key(parts->body);
      const microseconds age = abs(clock.time - *received_of(parts->body));
      if (key && age <= options.remember) known.insert(*key);
    }
    const std::set<Key> on_log = known;
    std::vector<Outcome> outcomes;
    for (const Record& record : batch) {
      const bool repeat = record.key && !known.insert(*record.key).second;
      const bool lost = fails && !(record.key && on_log.count(*record.key) > 0);
      outcomes.push_back(lost ? Outcome::failed : repeat ? Outcome::duplicate : Outcome::stored);
    }
    return outcomes;
  }

  // The file that the next batch goes to.
  std::string newest() const {
    const Result<std::vector<LogFile>> files = options.pattern.list(disk.after_death());
    return files->empty() ? file() : std::max(file(), files->back().base);
  }

  void rename_newest(std::size_t step) {
    const std::string name = newest();
    if (disk.exists(name)) disk.move(name, name + "." + std::to_string(1000 - step));
  }
};

void in_many_histories(const std::function<Run::Restart(RandomHistory& random)>& way) {
  for (int seed = 1; seed <= 60 * testing::rounds(); ++seed) {
    RandomHistory random(static_cast<unsigned>(seed));
    Run run;
    const std::vector<Step> steps = random.steps(20, run.options.remember);
    const std::string wrong = run.play(steps, way(random));
    BOOST_TEST(wrong == "", "seed " << seed << ", " << wrong);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(histories)

BOOST_FIXTURE_TEST_CASE(a_process_that_began_while_the_clock_was_ahead_knows_what_came_before,
                        LogWorld) {
  commit(*start(), {1});
  clock.time += 200h;
  const std::unique_ptr<Journal> journal = start();
  BOOST_TEST(commit(*journal, {2}) == "stored");
  clock.time -= 200h;
  BOOST_TEST(commit(*journal, {1, 2}) == "duplicate stored");
}

BOOST_AUTO_TEST_CASE(a_process_that_lives_on_answers_as_the_log_does) {
  in_many_histories([](RandomHistory&) { return [](Run&) {}; });
}

BOOST_AUTO_TEST_CASE(a_process_that_is_restarted_all_the_time_answers_as_the_log_does) {
  in_many_histories(
      [](RandomHistory&) { return [](Run& run) { run.journal = run.start(Recall::memory); }; });
}

BOOST_AUTO_TEST_CASE(processes_that_search_answer_as_the_log_does) {
  in_many_histories(
      [](RandomHistory&) { return [](Run& run) { run.journal = run.start(Recall::search); }; });
}

BOOST_AUTO_TEST_CASE(restarts_at_any_moment_change_no_answer) {
  in_many_histories([](RandomHistory& random) {
    return [&random](Run& run) {
      if (random.one_in(4))
        run.journal = run.start(random.one_in(3) ? Recall::search : Recall::memory);
    };
  });
}

// One that began to read when the clock was ahead, beside one that knows more.
BOOST_AUTO_TEST_CASE(processes_that_take_turns_answer_as_the_log_does) {
  in_many_histories([](RandomHistory& random) {
    return [&random, other = std::shared_ptr<std::unique_ptr<Journal>>()](Run& run) mutable {
      if (!other) other = std::make_shared<std::unique_ptr<Journal>>(run.start());
      if (random.one_in(2)) std::swap(*other, run.journal);
    };
  });
}

BOOST_AUTO_TEST_SUITE_END()
