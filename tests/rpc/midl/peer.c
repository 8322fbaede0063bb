// A client and a server of shapes.idl as C programs have them:
//   peer server PROTSEQ ENDPOINT
//   peer client PROTSEQ ENDPOINT
//   peer bench  PROTSEQ ENDPOINT COUNT SIZE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include "shapes.h"

void *__RPC_USER midl_user_allocate(SIZE_T size) { return malloc(size); }
void __RPC_USER midl_user_free(void *memory) { free(memory); }

static void say(const char *text) { puts(text); fflush(stdout); }

static void check(const char *call, RPC_STATUS status)
{
  if (status == RPC_S_OK) return;
  printf("%s: %ld\n", call, (long)status);
  exit(1);
}

long server_Echo(unsigned long size, byte *data,
          unsigned long *size2, byte **data2)
{
  *size2 = size;
  *data2 = malloc(size ? size : 1);
  memcpy(*data2, data, size);
  return 0;
}

void server_Numbers(boolean a, byte b, small c, short d, hyper e,
             float f, char g, double h, wchar_t i, unsigned long j,
             hyper *e2, small *c2, double *h2)
{
  printf("numbers %d %u %d %d %lld %.1f %c %.2f %u %lu\n", a, b, c, d,
         (long long)e, f, g, h, i, j);
  fflush(stdout);
  *e2 = e - 1;
  *c2 = c + 1;
  *h2 = h * 2;
}

long server_Strings(const wchar_t *wide, const char *narrow,
             const wchar_t *none, words *joined)
{
  size_t length = wcslen(wide);
  joined->text = midl_user_allocate((2 * length + 1) * sizeof(wchar_t));
  wcscpy(joined->text, wide);
  wcscat(joined->text, wide);
  return (long)(length * 100 + strlen(narrow) * 10 + (none == NULL));
}

hyper server_Arrays(short fixed[3], long count, short *conformant,
             long length, hyper varying[4], long capacity, long sent,
             hyper *both)
{
  hyper sum = fixed[0] + fixed[1] + fixed[2] + capacity * 1000;
  for (long i = 0; i < count; i++) sum += conformant[i];
  for (long i = 0; i < length; i++) sum += varying[i];
  for (long i = 0; i < sent; i++) sum += both[i];
  return sum;
}

static void fill(shape *back, const shape *from)
{
  static wchar_t name[] = L"back \x4e2d";
  static point place;
  memset(back, 0, sizeof(*back));
  back->paint = from->paint == RED ? BLUE : RED;
  back->name = midl_user_allocate(sizeof(name));
  memcpy(back->name, name, sizeof(name));
  back->place = from->other ? *from->other : place;
  back->other = midl_user_allocate(sizeof(point));
  *back->other = from->place;
  back->note = NULL;
  back->weight = from->weight / 2;
}

void server_Structs(shape *one, long count, shape *many,
             shape *back)
{
  printf("structs %d %d", (int)one->paint, (int)count);
  for (long i = 0; i < count; i++) {
    printf(" [%d %d %s]", (int)many[i].paint,
           many[i].other ? many[i].other->x : -1,
           many[i].note ? many[i].note : "-");
  }
  printf("\n");
  fflush(stdout);
  fill(back, one);
}

long server_Sum(node *list, bag *sack)
{
  long sum = 0;
  for (; list; list = list->next) sum += list->value;
  for (short i = 0; i < sack->count; i++) sum += (long)sack->items[i];
  return sum;
}

static int server(char *protseq, char *endpoint)
{
  check("RpcServerUseProtseqEp",
        RpcServerUseProtseqEpA((RPC_CSTR)protseq, 10, (RPC_CSTR)endpoint, NULL));
  check("RpcServerRegisterIf",
        RpcServerRegisterIf2(server_shapes_v1_0_s_ifspec, NULL, NULL,
                             RPC_IF_ALLOW_CALLBACKS_WITH_NO_AUTH, 1234, -1, NULL));
  check("RpcServerListen", RpcServerListen(1, 1234, TRUE));
  say("ready");
  check("RpcMgmtWaitServerListen", RpcMgmtWaitServerListen());
  return 0;
}

static void connect_to(char *protseq, char *endpoint)
{
  RPC_CSTR text;
  check("RpcStringBindingCompose",
        RpcStringBindingComposeA(NULL, (RPC_CSTR)protseq, NULL,
                                 (RPC_CSTR)endpoint, NULL, &text));
  check("RpcBindingFromStringBinding",
        RpcBindingFromStringBindingA(text, &shapes_binding));
  RpcStringFreeA(&text);
}

static void call_numbers(void)
{
  hyper e2;
  small c2;
  double h2;
  Numbers(TRUE, 200, -3, -1000, -0x123456789abcdefLL, 1.5f, 'x', 2.25,
          L'\x4e2d', 4000000000u, &e2, &c2, &h2);
  printf("numbers %lld %d %.2f\n", (long long)e2, c2, h2);
}

static void call_strings(void)
{
  words joined = { NULL };
  long result = Strings(L"wide \x4e2d", "narrow", NULL, &joined);
  printf("strings %ld", result);
  for (wchar_t *at = joined.text; *at; at++) printf(" %04x", *at);
  printf("\n");
  midl_user_free(joined.text);
}

static void call_arrays(void)
{
  short fixed[3] = { 1, -2, 3 }, conformant[5] = { 10, 20, 30, 40, 50 };
  hyper varying[4] = { 100, 200, 0, 0 }, both[6] = { 5, 6, 7, 0, 0, 0 };
  hyper sum = Arrays(fixed, 5, conformant, 2, varying, 6, 3, both);
  printf("arrays %lld\n", (long long)sum);
}

static void call_structs(void)
{
  /* Static, so that there are zeros between the fields, which travel, too. */
  static point here = { 7, 8 }, there = { -7, -8 };
  static shape one = { GREEN, L"one", { 1, 2 }, &here, (char *)"note", 0.5 };
  static shape many[2] = {
    { RED, NULL, { 3, 4 }, &there, NULL, 1 },
    { BLUE, L"\x4e2d", { 5, 6 }, NULL, (char *)"last", 2 },
  };
  shape back;
  memset(&back, 0, sizeof(back));
  Structs(&one, 2, many, &back);
  printf("structs %d %d %lld %d %s %.2f", (int)back.paint, back.place.x,
         (long long)back.place.y, back.other->x, back.note ? back.note : "-",
         back.weight);
  for (wchar_t *at = back.name; *at; at++) printf(" %04x", *at);
  printf("\n");
}

static void call_sum(void)
{
  node third = { 3, NULL }, second = { 2, &third }, first = { 1, &second };
  bag *sack = calloc(1, sizeof(bag) + 4 * sizeof(hyper));
  sack->count = 4;
  for (int i = 0; i < 4; i++) sack->items[i] = 10 * (i + 1);
  printf("sum %ld\n", (long)Sum(&first, sack));
  free(sack);
}

static void call_echo(unsigned long size)
{
  byte *data = malloc(size), *data2 = NULL;
  unsigned long size2 = 0;
  for (unsigned long i = 0; i < size; i++) data[i] = (byte)(i * 31 + (i >> 8));
  Echo(size, data, &size2, &data2);
  printf("echo %lu %d\n", size2,
         size2 == size && memcmp(data, data2, size) == 0);
  midl_user_free(data2);
  free(data);
}

/* What a handler throws arrives as an exception with its status. */
static LONG CALLBACK told(EXCEPTION_POINTERS *exception)
{
  printf("exception %lx\n", (unsigned long)exception->ExceptionRecord->ExceptionCode);
  fflush(stdout);
  ExitProcess(3);
}

static int client(char *protseq, char *endpoint)
{
  connect_to(protseq, endpoint);
  SetUnhandledExceptionFilter(told);
  call_numbers();
  call_strings();
  call_arrays();
  call_structs();
  call_sum();
  call_echo(64);
  call_echo(1 << 20);
  /* The server refuses nothing at all. */
  call_echo(0);
  RpcBindingFree(&shapes_binding);
  return 0;
}

static int bench(char *protseq, char *endpoint, int count, int size)
{
  LARGE_INTEGER begin, end, frequency;
  byte *data = calloc(1, size);
  connect_to(protseq, endpoint);
  QueryPerformanceFrequency(&frequency);
  for (int i = -500; i < count; i++) {
    byte *data2 = NULL;
    unsigned long size2;
    if (i == 0) QueryPerformanceCounter(&begin);
    Echo(size, data, &size2, &data2);
    midl_user_free(data2);
  }
  QueryPerformanceCounter(&end);
  printf("%.1f\n", count * (double)frequency.QuadPart /
                       (double)(end.QuadPart - begin.QuadPart));
  return 0;
}

int main(int argc, char **argv)
{
  if (argc == 4 && !strcmp(argv[1], "server")) return server(argv[2], argv[3]);
  if (argc == 4 && !strcmp(argv[1], "client")) return client(argv[2], argv[3]);
  if (argc == 6 && !strcmp(argv[1], "bench"))
    return bench(argv[2], argv[3], atoi(argv[4]), atoi(argv[5]));
  return 2;
}
