/* In Fermata's place where it only counts that a program runs: while it does, there is a file
   with its command line. */
#include <windows.h>

int WINAPI WinMain(HINSTANCE instance, HINSTANCE none, LPSTR arguments, int show)
{
    const char *line = GetCommandLineA();
    DWORD written;
    HANDLE file = CreateFileA("C:\\running.txt", GENERIC_WRITE | DELETE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                              NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    WriteFile(file, line, lstrlenA(line), &written, NULL);
    /* Nothing may wait for it for ever. */
    Sleep(120000);
    return 0;
}
