// For tests: a server that answers exactly what a test writes, byte by byte if need be. TCP (v4, v6), unix,
// TLS.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace seep::capture {

struct TempFolder {
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "seep_test.XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string Write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = std::filesystem::path(path) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }
  std::string path;
};

// A key and a certificate signed by itself, as PEM files.
struct TestCertificate {
  TestCertificate(const TempFolder& folder, const std::string& name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* cert = X509_new();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    X509_gmtime_adj(X509_getm_notAfter(cert), 24 * 3600);
    X509_set_pubkey(cert, key);
    X509_NAME* subject = X509_get_subject_name(cert);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(cert, subject);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    X509_add_ext(cert, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(cert, key, EVP_sha256());
    cert_file = folder.path + "/" + name + ".crt";
    key_file = folder.path + "/" + name + ".key";
    FILE* out = fopen(cert_file.c_str(), "w");
    PEM_write_X509(out, cert);
    fclose(out);
    out = fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(out);
    X509_free(cert);
    EVP_PKEY_free(key);
  }
  std::string cert_file, key_file;
};

class TestConnection {
 public:
  TestConnection(int fd, SSL* ssl, const std::atomic<bool>& stop) : fd_(fd), ssl_(ssl), stop_(stop) {}
  bool Write(std::string_view text) {
    while (!text.empty()) {
      if (stop_) return false;
      const ssize_t n = ssl_ != nullptr ? SSL_write(ssl_, text.data(), static_cast<int>(text.size()))
                                        : send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      text.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  void Answer(std::string_view body, std::string_view type = "text/plain; charset=utf-8", int status = 200) {
    Write(fmt::format("HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n", status, type,
                      body.size()));
    Write(body);
  }
  // Until the client has gone (true) or the test ends: the way to be silent without a clock.
  bool WaitUntilClosed() {
    while (!stop_) {
      pollfd p{fd_, POLLIN, 0};
      if (poll(&p, 1, 20) > 0) return true;
    }
    return false;
  }
  bool stopped() const { return stop_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  SSL* ssl_;
  const std::atomic<bool>& stop_;
};

struct TestTls {
  const TestCertificate* own = nullptr;
  const TestCertificate* client_authority = nullptr;  // clients must show a certificate this one signed
};

class TestServer {
 public:
  using Handler = std::function<void(TestConnection&, const std::string& path)>;
  explicit TestServer(Handler handler, const std::string& where = "127.0.0.1", TestTls tls = {})
      : handler_(std::move(handler)) {
    signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to clients that have gone
    if (tls.own != nullptr) PrepareTls(tls);
    Listen(where);
    accepting_ = std::thread([this] { Accept(); });
  }
  ~TestServer() {
    stop_ = true;
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (std::thread& t : serving_) t.join();
    close(listener_);
    if (tls_ != nullptr) SSL_CTX_free(tls_);
  }

  int port() const { return port_; }
  std::string Url(const std::string& path = "") const {
    return fmt::format("{}://{}:{}{}", tls_ != nullptr ? "https" : "http", host_, port_, path);
  }
  std::vector<std::string> heads() const {
    const std::lock_guard lock(mutex_);
    return heads_;
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> paths;
    for (const std::string& head : heads()) paths.push_back(PathOf(head));
    return paths;
  }

 private:
  static std::string PathOf(const std::string& head) {
    const size_t begin = head.find(' ');
    const size_t end = head.find(' ', begin + 1);
    return begin == std::string::npos || end == std::string::npos ? ""
                                                                  : head.substr(begin + 1, end - begin - 1);
  }

  void PrepareTls(const TestTls& tls) {
    tls_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_chain_file(tls_, tls.own->cert_file.c_str());
    SSL_CTX_use_PrivateKey_file(tls_, tls.own->key_file.c_str(), SSL_FILETYPE_PEM);
    if (tls.client_authority == nullptr) return;
    SSL_CTX_load_verify_locations(tls_, tls.client_authority->cert_file.c_str(), nullptr);
    SSL_CTX_set_verify(tls_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  void Listen(const std::string& where) {
    sockaddr_storage storage{};
    socklen_t size = 0;
    if (where.starts_with('/')) {
      auto* a = reinterpret_cast<sockaddr_un*>(&storage);
      a->sun_family = AF_UNIX;
      std::strncpy(a->sun_path, where.c_str(), sizeof a->sun_path - 1);
      size = sizeof *a;
    } else if (where.find(':') != std::string::npos) {
      auto* a = reinterpret_cast<sockaddr_in6*>(&storage);
      a->sin6_family = AF_INET6;
      inet_pton(AF_INET6, where.c_str(), &a->sin6_addr);
      size = sizeof *a;
      host_ = "[" + where + "]";
    } else {
      auto* a = reinterpret_cast<sockaddr_in*>(&storage);
      a->sin_family = AF_INET;
      inet_pton(AF_INET, where.c_str(), &a->sin_addr);
      size = sizeof *a;
      host_ = where;
    }
    listener_ = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&storage), size), 0) << strerror(errno);
    ASSERT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&storage), &size);
    if (storage.ss_family == AF_INET) port_ = ntohs(reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
    if (storage.ss_family == AF_INET6) port_ = ntohs(reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port);
  }

  void Accept() {
    while (!stop_) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) {
        if (stop_) return;
        continue;
      }
      serving_.emplace_back([this, fd] { Serve(fd); });
    }
  }

  void Serve(int fd) {
    SSL* ssl = nullptr;
    bool good = true;
    if (tls_ != nullptr) {
      ssl = SSL_new(tls_);
      SSL_set_fd(ssl, fd);
      good = SSL_accept(ssl) == 1;
    }
    std::string head;
    char c = 0;
    while (good && !head.ends_with("\r\n\r\n")) {
      const ssize_t n = ssl != nullptr ? SSL_read(ssl, &c, 1) : read(fd, &c, 1);
      if (n <= 0)
        good = false;
      else
        head += c;
    }
    if (good) {
      {
        const std::lock_guard lock(mutex_);
        heads_.push_back(head);
      }
      TestConnection connection(fd, ssl, stop_);
      handler_(connection, PathOf(head));
      if (ssl != nullptr) SSL_shutdown(ssl);
    }
    if (ssl != nullptr) SSL_free(ssl);
    ERR_clear_error();
    close(fd);
  }

  Handler handler_;
  SSL_CTX* tls_ = nullptr;
  int listener_ = -1;
  int port_ = 0;
  std::string host_ = "localhost";
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::thread accepting_;
  std::vector<std::thread> serving_;
};

}  // namespace seep::capture
