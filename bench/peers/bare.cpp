// What a CGI process costs that does nothing: it is started, says 204 and ends.
#include <unistd.h>

int main() {
  constexpr char kAnswer[] = "Status: 204 No Content\r\n\r\n";
  return ::write(STDOUT_FILENO, kAnswer, sizeof kAnswer - 1) < 0;
}
