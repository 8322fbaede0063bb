/*
 * Another program that wants the name of a pipe: attacker.exe NAME
 *
 * Says "ready" before its first try. Then it tries, without a pause, to make an
 * instance of \\.\pipe\NAME, as any program of the same user may, and answers
 * "stranger" to each client that it gets. When stdin ends it says how often it
 * has tried, how many instances it got, and how many clients.
 */
#include <stdio.h>
#include <windows.h>

static volatile LONG over;

static DWORD WINAPI wait_for_end(void *unused)
{
    char buffer[16];
    DWORD read;
    (void)unused;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, sizeof(buffer), &read, NULL) && read > 0)
        ;
    InterlockedExchange(&over, 1);
    return 0;
}

static void say(const char *line)
{
    puts(line);
    fflush(stdout);
}

int wmain(int argc, wchar_t **argv)
{
    wchar_t path[300];
    unsigned long tries = 0, instances = 0, clients = 0;
    char line[100];
    HANDLE thread;

    if (argc != 2) return 2;
    swprintf(path, 300, L"\\\\.\\pipe\\%ls", argv[1]);
    thread = CreateThread(NULL, 0, wait_for_end, NULL, 0, NULL);
    say("ready");
    while (!over)
    {
        OVERLAPPED overlapped = {0};
        DWORD written, error;
        BOOL connected;
        HANDLE pipe = CreateNamedPipeW(path, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                       PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, 4096, 4096, 0, NULL);

        tries++;
        if (pipe == INVALID_HANDLE_VALUE) continue;
        instances++;
        overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
        connected = ConnectNamedPipe(pipe, &overlapped);
        error = GetLastError();
        if (!connected && error == ERROR_IO_PENDING)
        {
            while (!over && WaitForSingleObject(overlapped.hEvent, 50) == WAIT_TIMEOUT)
                ;
            connected = GetOverlappedResult(pipe, &overlapped, &written, FALSE);
            if (!connected) CancelIoEx(pipe, &overlapped);
        }
        else if (error == ERROR_PIPE_CONNECTED || error == ERROR_NO_DATA)
        {
            connected = TRUE;
        }
        if (connected)
        {
            clients++;
            ResetEvent(overlapped.hEvent);
            if (WriteFile(pipe, "stranger", 8, NULL, &overlapped) || GetLastError() == ERROR_IO_PENDING)
                GetOverlappedResult(pipe, &overlapped, &written, TRUE);
        }
        CloseHandle(pipe);
        CloseHandle(overlapped.hEvent);
    }
    WaitForSingleObject(thread, INFINITE);
    sprintf(line, "%lu %lu %lu", tries, instances, clients);
    say(line);
    return 0;
}
