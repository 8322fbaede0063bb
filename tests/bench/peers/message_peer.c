// The same as message_peer.ts in C: a receiver on a thread of its own with a
// window, as a program has that handles messages while it sends, and a sender.
// Arguments: our title, the other's title, how many to send and to receive.
// Prints the median latency.
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

enum { BYTES = 64 };

static const wchar_t *title;
static LONG expected, received;
static HANDLE opened, all_received;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wparam,
                                  LPARAM lparam) {
  if (message != WM_COPYDATA)
    return DefWindowProcW(window, message, wparam, lparam);
  const COPYDATASTRUCT *data = (const COPYDATASTRUCT *)lparam;
  void *copy = malloc(data->cbData);
  memcpy(copy, data->lpData, data->cbData);
  free(copy);
  if (++received == expected) SetEvent(all_received);
  return 1;
}

static DWORD WINAPI receive(void *unused) {
  WNDCLASSW type = {.lpfnWndProc = procedure, .lpszClassName = title};
  RegisterClassW(&type);
  CreateWindowExW(0, title, title, WS_POPUP, 0, 0, 0, 0, 0, 0, 0, 0);
  SetEvent(opened);
  MSG message;
  while (GetMessageW(&message, 0, 0, 0) > 0) DispatchMessageW(&message);
  return 0;
}

static int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

int wmain(int argc, wchar_t **argv) {
  if (argc != 5) return 2;
  title = argv[1];
  LONG count = _wtoi(argv[3]);
  expected = _wtoi(argv[4]);
  opened = CreateEventW(0, TRUE, FALSE, 0);
  all_received = CreateEventW(0, TRUE, FALSE, 0);
  CreateThread(0, 0, receive, 0, 0, 0);
  WaitForSingleObject(opened, INFINITE);
  HWND window;
  while (!(window = FindWindowW(0, argv[2])) && count > 0) Sleep(5);
  char bytes[BYTES] = {0};
  double *taken = malloc((count + 1) * sizeof *taken);
  LARGE_INTEGER frequency, began, ended;
  QueryPerformanceFrequency(&frequency);
  for (LONG i = 0; i < count; i++) {
    COPYDATASTRUCT data = {0, BYTES, bytes};
    DWORD_PTR result;
    QueryPerformanceCounter(&began);
    if (!SendMessageTimeoutW(window, WM_COPYDATA, 0, (LPARAM)&data,
                             SMTO_ABORTIFHUNG | SMTO_ERRORONEXIT, 10000,
                             &result))
      return 1;
    QueryPerformanceCounter(&ended);
    taken[i] = (ended.QuadPart - began.QuadPart) * 1e6 / frequency.QuadPart;
  }
  qsort(taken, count, sizeof *taken, by_value);
  printf("{\"micros\":%f}\n", count > 0 ? taken[count / 2] : 0);
  fflush(stdout);
  if (expected > 0) WaitForSingleObject(all_received, INFINITE);
  // The last message is answered once its sender lets go of our input.
  getchar();
  return 0;
}
