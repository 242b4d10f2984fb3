// A small HTTP/1.1 server for one person's browser: GET, HEAD, and POST without a body; every answer on a
// connection of its own, everything about a request bounded (header, time, connections).
//
// It is meant for this machine. A page of some other site must not be able to ask it (DNS rebinding: the
// site's name comes to mean 127.0.0.1, and its scripts may then read the answers): a request whose Host is
// neither an address, nor "localhost", nor the name the server was started with is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace seep::serve {

struct Request {
  std::string path;   // "/ui/top", percent-decoded
  std::string query;  // behind the '?', as it came
  bool is_post = false;
};

struct Answer {
  unsigned status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
  std::string location;     // of a redirect
  std::string download_as;  // a file name: the browser saves it
};

// Called from several threads at a time.
using Handler = std::function<Answer(const Request&)>;

class HttpServer {
 public:
  // `host`: an address or a name ("localhost"); port 0: one that is free.
  static Result<std::unique_ptr<HttpServer>> Listen(const std::string& host, uint16_t port);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // Answers until Stop, which may come from another thread; requests under way are ended first.
  void Run(const Handler& handler);
  void Stop();

 private:
  struct Inside;
  explicit HttpServer(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// Whether a Host header may be answered; `own_name` is what the server was started with.
bool HostIsOurs(std::string_view host_header, std::string_view own_name);

// Whether a POST comes from our own page (or from no page at all): browsers say in Origin whose page it is.
bool OriginIsOurs(std::string_view origin_header, std::string_view host_header);

}  // namespace seep::serve
