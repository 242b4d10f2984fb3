#include "capture/process_memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

namespace seep::capture {
namespace {

uint64_t AddressOf(const void* p) {
  return reinterpret_cast<uint64_t>(p);
}

TEST(ProcessMemory, ReadsManyPartsAndNamesTheOnesThatAreNotThere) {
  auto memory = ProcessMemory::Open("/proc", static_cast<uint64_t>(getpid()));
  ASSERT_TRUE(memory) << memory.error().Text();
  std::vector<uint64_t> numbers(5000);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = i * 7;
  std::vector<uint64_t> copy(numbers.size());
  std::vector<model::ReadPart> parts;
  for (size_t i = 0; i < numbers.size(); ++i) {
    const bool there = i % 1000 != 1 && i != 1024 && i != 4999;
    parts.push_back({there ? AddressOf(&numbers[i]) : 16, {reinterpret_cast<char*>(&copy[i]), 8}, false});
  }
  (*memory)->Read(parts);
  for (size_t i = 0; i < numbers.size(); ++i) {
    const bool there = i % 1000 != 1 && i != 1024 && i != 4999;
    ASSERT_EQ(parts[i].ok, there) << i;
    if (there) {
      ASSERT_EQ(copy[i], numbers[i]);
    }
  }
}

TEST(ProcessMemory, APartThatRunsOutOfTheMappingIsNotRead) {
  void* two = mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(two, MAP_FAILED);
  munmap(static_cast<char*>(two) + 4096, 4096);
  auto memory = ProcessMemory::Open("/proc", static_cast<uint64_t>(getpid()));
  ASSERT_TRUE(memory);
  char bytes[16];
  EXPECT_TRUE((*memory)->ReadInto(AddressOf(two) + 4080, bytes));
  EXPECT_FALSE((*memory)->ReadInto(AddressOf(two) + 4088, bytes));
  munmap(two, 4096);
}

TEST(ProcessMemory, KnowsItsRangesAndItsExecutable) {
  auto memory = ProcessMemory::Open("/proc", static_cast<uint64_t>(getpid()));
  ASSERT_TRUE(memory);
  const model::MemoryRange* range = (*memory)->RangeOf(reinterpret_cast<uint64_t>(&AddressOf));
  ASSERT_NE(range, nullptr);
  EXPECT_TRUE(range->executable);
  EXPECT_EQ((*memory)->RangeOf(8), nullptr);
  EXPECT_FALSE((*memory)->Replaced());
  auto exe = (*memory)->Executable(uint64_t{1} << 30);
  ASSERT_TRUE(exe);
  EXPECT_EQ(exe->view().substr(0, 4),
            "\x7f"
            "ELF");
}

TEST(ProcessMemory, AProcessThatIsGone) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ready[1]);
    char byte;
    while (read(ready[0], &byte, 1) > 0) {
    }
    _exit(0);
  }
  auto memory = ProcessMemory::Open("/proc", static_cast<uint64_t>(child));
  ASSERT_TRUE(memory) << memory.error().Text();
  close(ready[0]);
  close(ready[1]);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_FALSE((*memory)->Replaced());
  EXPECT_FALSE((*memory)->Value<uint64_t>((*memory)->ranges().front().begin));
  const auto again = ProcessMemory::Open("/proc", static_cast<uint64_t>(child));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
}

TEST(ProcessMemory, AProcessThatBecomesAnotherProgram) {
  int ready[2], done[2];
  ASSERT_EQ(pipe(ready), 0);
  ASSERT_EQ(pipe2(done, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ready[1]);
    char byte;
    while (read(ready[0], &byte, 1) > 0) {
    }
    // The same executable again: neither its name nor the start of the process tells.
    execl("/proc/self/exe", "capture_test", "--gtest_filter=ProcessMemory.DISABLED_Waits",
          "--gtest_also_run_disabled_tests", nullptr);
    _exit(4);
  }
  close(done[1]);
  auto memory = ProcessMemory::Open("/proc", static_cast<uint64_t>(child));
  ASSERT_TRUE(memory) << memory.error().Text();
  EXPECT_FALSE((*memory)->Replaced());
  close(ready[0]);
  close(ready[1]);
  char byte;
  EXPECT_EQ(read(done[0], &byte, 1), 0);  // closed by the exec
  EXPECT_TRUE((*memory)->Replaced());
  close(done[0]);
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

// No test: what the child above becomes.
TEST(ProcessMemory, DISABLED_Waits) {
  pause();
}

TEST(ProcessMemory, AnotherUsersProcessIsRefusedWithTheReason) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(3);
    const auto memory = ProcessMemory::Open("/proc", static_cast<uint64_t>(parent));
    const bool named = !memory && memory.error().code == ErrorCode::kPermission &&
                       memory.error().what.find("runs as user 0, seep as 65534") != std::string::npos;
    _exit(named ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace seep::capture
