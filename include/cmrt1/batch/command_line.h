#pragma once
/// Names of CLI11 for headers: whoever adds options includes <CLI/CLI.hpp>, which takes long to compile,
/// itself.

namespace CLI {
class App;
class FormatterBase;
}  // namespace CLI
