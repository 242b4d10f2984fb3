// How fast Go source is lexed and parsed: goscan_bench LIST [RUNS], LIST names a file a line. CPU time, best
// run; files are read first.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "goscan/syntax/lexer.h"
#include "goscan/syntax/parser.h"

namespace {

double CpuSeconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

long PeakMegabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

struct Pass {
  double seconds = 1e9;
  size_t words = 0;
  size_t bytes_of_trees = 0;
};

Pass Lex(const std::vector<std::string>& sources) {
  Pass pass;
  const double start = CpuSeconds();
  for (const std::string& source : sources) {
    seep::goscan::Tree tree;
    tree.source = source;
    seep::goscan::Lexer lexer(tree);
    do {
      lexer.Next();
      ++pass.words;
    } while (lexer.token != seep::goscan::Token::kEof);
  }
  pass.seconds = CpuSeconds() - start;
  return pass;
}

Pass Parse(const std::vector<std::string>& sources) {
  Pass pass;
  const double start = CpuSeconds();
  for (const std::string& source : sources) {
    const seep::goscan::Tree tree = seep::goscan::ParseFile(source);
    pass.words += tree.words.size();
    pass.bytes_of_trees += tree.words.size() * sizeof(tree.words[0]);
  }
  pass.seconds = CpuSeconds() - start;
  return pass;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 3;
  std::vector<std::string> sources;
  double megabytes = 0;
  std::ifstream list(argv[1]);
  for (std::string path; std::getline(list, path);) {
    std::ifstream in(path, std::ios::binary);
    sources.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    megabytes += static_cast<double>(sources.back().size()) / 1e6;
  }
  const long before = PeakMegabytes();
  Pass lex;
  Pass parse;
  for (int run = 0; run < runs; ++run) {
    if (const Pass pass = Lex(sources); pass.seconds < lex.seconds) lex = pass;
    if (const Pass pass = Parse(sources); pass.seconds < parse.seconds) parse = pass;
  }
  std::printf("seep lexer\t%zu files\t%.1f MB\t%.2f s\t%.1f MB/s\t%zu words\n", sources.size(), megabytes,
              lex.seconds, megabytes / lex.seconds, lex.words);
  std::printf(
      "seep parser\t%zu files\t%.1f MB\t%.2f s\t%.1f MB/s\t%.1f bytes of tree a byte\t%ld MB above the "
      "sources\n",
      sources.size(), megabytes, parse.seconds, megabytes / parse.seconds,
      static_cast<double>(parse.bytes_of_trees) / 1e6 / megabytes, PeakMegabytes() - before);
  return 0;
}
