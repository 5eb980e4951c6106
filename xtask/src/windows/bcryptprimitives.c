/* Wine 8 has no bcryptprimitives.dll, and Rust's standard library takes its random numbers from it. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T length)
{
    return RtlGenRandom(to, (ULONG)length);
}
