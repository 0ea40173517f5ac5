#pragma once
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "support/command.h"
#include "support/temporary_folder.h"

/// A port of the loopback interface that nothing listens on.
inline int free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

/// An Orthanc of its own for one test, in a temporary folder, stopped at the end.
class Orthanc {
 public:
  static std::string program() {
    for (const char* path : {"/usr/sbin/Orthanc", "/usr/local/sbin/Orthanc", "/usr/bin/Orthanc"})
      if (std::filesystem::exists(path)) return path;
    return "";
  }

  Orthanc() : port_(free_port()) {
    const std::string configuration = (folder_.path() / "orthanc.json").string();
    std::ofstream(configuration) << R"({"StorageDirectory": ")" << folder_.path().string()
                                 << R"(", "DicomPort": )" << port_
                                 << R"(, "HttpServerEnabled": false, "DicomAlwaysAllowFind": true})";
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (!std::freopen((folder_.path() / "log").c_str(), "w", stderr)) ::_exit(126);
      ::execl(program().c_str(), "Orthanc", configuration.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~Orthanc() {
    ::kill(process_, SIGTERM);
    for (int i = 0; i < 100; ++i) {
      if (::waitpid(process_, nullptr, WNOHANG) == process_) return;
      pause();
    }
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  Orthanc(const Orthanc&) = delete;
  Orthanc& operator=(const Orthanc&) = delete;

  /// "host port", as DCMTK's programs take it.
  std::string address() const { return "127.0.0.1 " + std::to_string(port_); }

  /// Waits until the server answers; false if it never does.
  bool answers() const {
    for (int i = 0; i < 300; ++i) {
      if (run_command("echoscu -aec ORTHANC " + address()).status == 0) return true;
      pause();
    }
    return false;
  }

 private:
  static void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }

  TemporaryFolder folder_;
  int port_;
  pid_t process_ = -1;
};
