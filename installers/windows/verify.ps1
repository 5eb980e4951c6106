# Fails unless a package for Windows Installer is signed, installs without a word, brings nothing
# that is unsigned, starts its programs at log-on from where they are, and goes without a trace.
# It changes the computer it runs on: it is for a computer that is thrown away.
param(
    [Parameter(Mandatory)] [string] $Package
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

function Assert-Signed([string] $File) {
    $signature = Get-AuthenticodeSignature -LiteralPath $File
    if ($signature.Status -ne 'Valid') {
        throw "${File}: $($signature.Status): $($signature.StatusMessage)"
    }
    "$File is signed by $($signature.SignerCertificate.Subject)"
}

function Invoke-Installer([string[]] $Arguments) {
    $run = Start-Process msiexec.exe -ArgumentList ($Arguments + '/qn', '/norestart') -Wait -PassThru
    if ($run.ExitCode -ne 0) { throw "msiexec $Arguments ended with $($run.ExitCode)" }
}

function Get-Autostart {
    $run = Get-Item 'HKLM:\Software\Microsoft\Windows\CurrentVersion\Run'
    $run.GetValue('Fermata')
}

$Package = (Resolve-Path -LiteralPath $Package).Path
Assert-Signed $Package

Invoke-Installer '/i', "`"$Package`""
$folder = Join-Path $env:ProgramFiles 'Fermata'
$programs = @(Get-ChildItem $folder -Recurse -File -Include *.exe, *.dll)
if ($programs.Count -lt 2) { throw "there are no programs in $folder" }
$programs | ForEach-Object { Assert-Signed $_.FullName }

& (Join-Path $folder 'fermatactl.exe') --version
if ($LASTEXITCODE -ne 0) { throw "fermatactl ended with $LASTEXITCODE" }
$autostart = Get-Autostart
if ($autostart -notmatch '^"([^"]+)"' -or -not (Test-Path -LiteralPath $Matches[1])) {
    throw "what starts at log-on is not there, or not in quotation marks: $autostart"
}

Invoke-Installer '/x', "`"$Package`""
if (Test-Path $folder) { throw "$folder is still there" }
if (Get-Autostart) { throw 'the autostart value is still there' }
