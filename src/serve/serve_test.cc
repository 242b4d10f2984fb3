// The web view without a browser: what paths and parameters mean, whom the server answers, and what it
// refuses.
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "profile/profile_for_test.h"
#include "serve/http_server.h"
#include "serve/pprof_site.h"
#include "serve/query.h"

namespace seep::serve {
namespace {

TEST(Query, Fields) {
  const QueryFields fields = ParseQuery("f=main%2Ework&i=a+b&empty=&bare&f=second&bad=%zz%4");
  EXPECT_EQ(FieldOf(fields, "f"), "main.work");
  EXPECT_EQ(FieldOf(fields, "i"), "a b");
  EXPECT_EQ(FieldOf(fields, "empty"), "");
  EXPECT_EQ(FieldOf(fields, "bare"), "");
  EXPECT_EQ(FieldOf(fields, "bad"), "%zz%4");
  EXPECT_EQ(FieldOf(fields, "none"), std::nullopt);
  EXPECT_EQ(ParseQuery(std::string(100'000, '&') + std::string(5'000, 'a')).size(), 1u);
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += "a&";
  EXPECT_EQ(ParseQuery(many).size(), 1'000u);
}

TEST(Query, WhatIsEncodedIsReadAgain) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(FieldOf(ParseQuery("a=" + PercentEncoded(all)), "a"), all);
}

TEST(HostIsOurs, AddressesAndTheNameWeWereGiven) {
  for (std::string_view host : {"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "127.0.0.1",
                                "[::1]:8080", "[::1]", "10.1.2.3:80", "build-box:8080", "Build-Box"})
    EXPECT_TRUE(HostIsOurs(host, "build-box")) << host;
  for (std::string_view host :
       {"", "evil.example", "evil.example:8080", "localhost.evil.example:1", "127.0.0.1.evil.example",
        "[evil.example]:1", ":8080", "[", "[]", "[::1]evil.example", "[::1]x:1", "localhost:x", "::1",
        "[::1%evil.example]:1"})
    EXPECT_FALSE(HostIsOurs(host, "build-box")) << host;
}

SiteSources Sources() {
  SiteSources sources;
  sources.profile = profile::MakeProfile({{"main;work;leaf", {1, 100}}, {"main;rest", {1, 11}}});
  sources.profile.mappings.emplace_back();
  sources.draw = [](const std::string& dot) -> Result<std::string> {
    return "<?xml?><svg>" + dot + "</svg>";
  };
  return sources;
}

Answer Ask(PprofSite& site, std::string path, std::string query = "") {
  return site.Handle({std::move(path), std::move(query)});
}

TEST(PprofSite, TheWayToThePages) {
  PprofSite site(Sources());
  EXPECT_EQ(Ask(site, "/", "si=space").location, "/ui/?si=space");
  EXPECT_EQ(Ask(site, "/other").location, "/ui/");
  EXPECT_EQ(Ask(site, "/ui/", "f=a").location, "flamegraph?f=a");
  EXPECT_EQ(Ask(site, "/ui/flamegraph2").location, "flamegraph");
  for (const char* page : {"flamegraph", "top", "graph", "peek", "source"}) {
    const Answer answer = Ask(site, std::string("/ui/") + page, "f=leaf");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_EQ(answer.type, "text/html; charset=utf-8");
  }
  EXPECT_EQ(Ask(site, "/ui/nothing").status, 404u);
  EXPECT_EQ(Ask(site, "/ui/api/nothing").status, 404u);
  EXPECT_EQ(Ask(site, "/ui/disasm").status, 501u);
  EXPECT_EQ(Ask(site, "/ui/download").body.substr(0, 2), "\x1f\x8b");
}

TEST(PprofSite, ParametersAreSettings) {
  PprofSite site(Sources());
  const auto frames = [&](const std::string& query) {
    std::string names;
    const auto stacks = nlohmann::json::parse(Ask(site, "/ui/api/stacks", query).body);
    for (const auto& frame : stacks["frames"]) names += frame[0].get<std::string>() + " ";
    return names;
  };
  EXPECT_NE(frames("").find("rest"), std::string::npos);
  EXPECT_EQ(frames("f=leaf").find("rest"), std::string::npos);
  EXPECT_EQ(frames("i=leaf").find("work"), std::string::npos);
  EXPECT_EQ(frames("h=work").find("work"), std::string::npos);
  EXPECT_NE(frames("g=files").find("leaf.go"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(Ask(site, "/ui/api/stacks", "si=objects").body)["column"], 0);
  EXPECT_EQ(Ask(site, "/ui/api/stacks", "f=(").status, 400u);
  EXPECT_EQ(Ask(site, "/ui/api/stacks", "n=many").status, 400u);
  EXPECT_EQ(Ask(site, "/ui/api/stacks", "g=teapots").status, 400u);
  EXPECT_EQ(Ask(site, "/ui/api/stacks", "si=none").status, 400u);
}

TEST(PprofSite, ReportsAreThoseOfTheCommandLine) {
  PprofSite site(Sources());
  const Answer peek = Ask(site, "/ui/api/peek", "symbol=work");
  EXPECT_NE(peek.body.find("main main.go:10"), std::string::npos) << peek.body;
  EXPECT_EQ(Ask(site, "/ui/api/peek").status, 400u);
  EXPECT_NE(Ask(site, "/ui/api/source", "symbol=leaf").body.find("ROUTINE"), std::string::npos);
  const Answer graph = Ask(site, "/ui/api/graph");
  EXPECT_TRUE(graph.body.starts_with("<svg>digraph")) << graph.body.substr(0, 100);
  EXPECT_EQ(graph.type, "image/svg+xml");
}

TEST(PprofSite, WithoutGraphvizTheGraphSaysSo) {
  SiteSources sources = Sources();
  sources.draw = [](const std::string&) -> Result<std::string> {
    return Fail(ErrorCode::kUnavailable, "no dot");
  };
  PprofSite site(std::move(sources));
  const Answer answer = Ask(site, "/ui/api/graph");
  EXPECT_EQ(answer.status, 501u);
  EXPECT_EQ(answer.body, "no dot\n");
}

TEST(PprofSite, TheFlameGraphHasBothSides) {
  SiteSources sources = Sources();
  sources.has_base = true;
  sources.both_sides = profile::MakeProfile({{"main", {5, 50}}, {"main", {-3, -30}}});
  sources.both_sides.mappings.emplace_back();
  PprofSite site(std::move(sources));
  const auto stacks = nlohmann::json::parse(Ask(site, "/ui/api/stacks").body);
  EXPECT_EQ(stacks["columns"][1]["base"], nlohmann::json({0, 30}));
  EXPECT_NE(Ask(site, "/ui/api/peek", "symbol=leaf").body.find("leaf"), std::string::npos);
}

TEST(PprofSite, NamedSettingsAreKept) {
  SiteSources sources = Sources();
  std::string file;
  sources.read_configs = [&file]() -> Result<std::string> { return file; };
  sources.write_configs = [&file](std::string_view bytes) -> Status {
    file = bytes;
    return {};
  };
  PprofSite site(std::move(sources));
  EXPECT_EQ(Ask(site, "/ui/api/configs").body, "[]");
  EXPECT_EQ(Ask(site, "/ui/saveconfig", "config=hot&f=a").status, 405u) << "a link may change nothing";
  EXPECT_EQ(site.Handle({"/ui/saveconfig", "config=hot&f=main%26work&n=20&si=space", true}).status, 200u);
  EXPECT_NE(file.find("\"focus\": \"main\\u0026work\""), std::string::npos) << file;
  EXPECT_EQ(Ask(site, "/ui/api/configs").body, R"([{"name":"hot","query":"n=20&f=main%26work"}])");
  EXPECT_EQ(site.Handle({"/ui/saveconfig", "f=a", true}).body, "invalid config name\n");
  EXPECT_EQ(site.Handle({"/ui/deleteconfig", "config=cold", true}).body, "config cold not found\n");
  EXPECT_EQ(site.Handle({"/ui/deleteconfig", "config=hot", true}).status, 200u);
  EXPECT_EQ(Ask(site, "/ui/api/configs").body, "[]");
  file = "no JSON";
  EXPECT_EQ(Ask(site, "/ui/api/configs").status, 400u);
  EXPECT_EQ(site.Handle({"/ui/saveconfig", "config=hot", true}).status, 400u)
      << "what cannot be read is not overwritten";
}

// A server on a free port, and what it answers to bytes.
class Server {
 public:
  Server() {
    auto listening = HttpServer::Listen("127.0.0.1", 0);
    EXPECT_TRUE(listening.has_value());
    server_ = std::move(*listening);
    thread_ = std::thread([this] {
      server_->Run([](const Request& r) {
        Answer answer;
        answer.body = r.path + "?" + r.query;
        if (r.path == "/away") answer.location = "/there";
        return answer;
      });
    });
  }
  ~Server() {
    server_->Stop();
    thread_.join();
  }
  std::string Send(const std::string& bytes) const {
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket socket(io);
    boost::system::error_code error;
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), server_->port()}, error);
    EXPECT_FALSE(error);
    boost::asio::write(socket, boost::asio::buffer(bytes), error);
    std::string answer;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), error);
    return answer;
  }

 private:
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

TEST(HttpServer, AnswersABrowserOfThisMachine) {
  const Server server;
  const std::string answer = server.Send("GET /ui/a%20b?x=1%202 HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n/ui/a b?x=1%202")) << answer;
  EXPECT_NE(answer.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_EQ(answer.find("Access-Control"), std::string::npos);
  const std::string head = server.Send("HEAD /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
  EXPECT_NE(head.find("Content-Length: 3"), std::string::npos);
  EXPECT_NE(server.Send("GET /away HTTP/1.1\r\nHost: [::1]:1\r\n\r\n").find("Location: /there"),
            std::string::npos);
}

TEST(HttpServer, RefusesOthersAndNonsense) {
  const Server server;
  EXPECT_TRUE(server.Send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(server.Send("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(server.Send("PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 405"));
  const auto post = [&](std::string origin) {
    return server.Send("POST / HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 0\r\nOrigin: " + origin +
                       "\r\n\r\n");
  };
  EXPECT_TRUE(post("http://localhost:1").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(post("http://evil.example").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(post("https://localhost:1").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(post("null").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(
      server.Send("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_EQ(server.Send("nonsense\r\n\r\n"), "");
  EXPECT_EQ(server.Send("GET /" + std::string(200'000, 'a') + " HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
  EXPECT_TRUE(server.Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 200"))
      << "still there";
}

TEST(HttpServer, APortInUseIsAnError) {
  auto first = HttpServer::Listen("127.0.0.1", 0);
  ASSERT_TRUE(first.has_value());
  const auto second = HttpServer::Listen("127.0.0.1", (*first)->port());
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().what.find("in use"), std::string::npos) << second.error().what;
}

}  // namespace
}  // namespace seep::serve
