// Any bytes as the one file of a module, through names, types, control flow and every check: no crash,
// findings inside the file.
#include <cstdint>
#include <string>

#include "goscan/scan.h"

namespace {

using namespace seep;

constexpr std::string_view kHttp =
    "package http\nimport \"io\"\ntype Response struct { Body io.ReadCloser }\ntype Transport struct{}\ntype "
    "Client struct { "
    "Transport *Transport }\nfunc (c *Client) Do(r *Request) (*Response, error)\ntype Request struct{}\nfunc "
    "Get(u string) (*Response, error)\n"
    "var DefaultClient *Client\n";
constexpr std::string_view kSql =
    "package sql\ntype DB struct{}\ntype Rows struct{}\ntype Tx struct{}\nfunc (db *DB) Query(q string, a "
    "...any) (*Rows, error)\n"
    "func (db *DB) Begin() (*Tx, error)\nfunc (r *Rows) Next() bool\nfunc (r *Rows) Close() error\nfunc (t "
    "*Tx) Rollback() error\n"
    "func (t *Tx) Commit() error\nfunc Open(d, s string) (*DB, error)\n";
constexpr std::string_view kContext =
    "package context\ntype Context interface{}\ntype CancelFunc func()\nfunc WithCancel(c Context) (Context, "
    "CancelFunc)\n";

model::Knowledge Known() {
  model::Knowledge knowledge;
  for (int id = 100; id <= 201; ++id) {
    model::ScanRule rule;
    rule.id = "R" + std::to_string(id);
    rule.name = "rule-" + std::to_string(id);
    rule.severity = "high";
    knowledge.scan_rules.push_back(std::move(rule));
  }
  const auto add = [&](const char* rule, std::vector<std::string> acquire, const char* at,
                       std::vector<std::string> release) {
    model::ScanResource resource;
    resource.id = resource.noun = rule;
    resource.rule = rule;
    resource.again_rule = "R105";
    resource.defer_loop_rule = "R106";
    resource.held_by = "result";
    resource.acquire = std::move(acquire);
    resource.at = at;
    resource.release = std::move(release);
    knowledge.scan_resources.push_back(std::move(resource));
  };
  add("R103", {"net/http.Get", "net/http.Client.Do"}, "Body", {"Close"});
  add("R120", {"database/sql.DB.Query"}, "", {"Close"});
  knowledge.scan_resources.back().drained_by = {"Next"};
  add("R124", {"database/sql.DB.Begin"}, "", {"Commit", "Rollback"});
  add("R153", {"context.WithCancel"}, "", {"()"});
  knowledge.scan_resources.back().index = 1;
  add("R101", {"&net/http.Transport"}, "", {"CloseIdleConnections"});
  knowledge.scan_resources.back().shared = true;
  add("R195", {"C.malloc", "C.CString"}, "", {});
  knowledge.scan_resources.back().release_by = {"C.free"};
  add("R172", {"sync.Mutex.Lock"}, "", {"Unlock"});
  knowledge.scan_resources.back().held_by = "receiver";
  add("R140", {"fuzz.open"}, "", {"Close"});
  knowledge.scan_resources.back().types = {"fuzz.T"};
  knowledge.scan_functions.ends = {"os.Exit", "log.Fatal"};
  return knowledge;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  if (source.size() > (64u << 10)) return 0;
  goscan::ScanInput input;
  input.module = "fuzz";
  input.go_version = "1.21";
  input.packages.push_back({"fuzz", {{"p.go", source}}});
  // Itself too, as what it imports.
  input.find = [source](std::string_view path) -> std::vector<goscan::FileText> {
    if (path == "net/http") return {{"http.go", kHttp}};
    if (path == "database/sql") return {{"sql.go", kSql}};
    if (path == "context") return {{"context.go", kContext}};
    if (path == "again") return {{"p.go", source}};
    return {};
  };
  const goscan::Scanned scanned = goscan::Scan(std::move(input), Known());
  for (const model::ScanFinding& finding : scanned.report.findings) {
    if (finding.where.line == 0 || finding.message.empty()) __builtin_trap();
    for (const auto& edit : finding.edits)
      if (edit.begin > edit.end || edit.end > source.size()) __builtin_trap();
  }
  return 0;
}
