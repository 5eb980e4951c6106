//! The German words of the administrative templates. The English ones are in `key.rs` and on
//! [`Decisions`](crate::Decisions).

use super::words::Frame;
use crate::form::{Form, LONGEST_CHORD, LONGEST_TEXT};

pub(super) const FRAME: Frame = Frame {
    category: "Fermata",
    recommended: "Empfohlen (Benutzer dürfen anders wählen)",
    supported: "Fermata 0.1 oder neuer",
    description: "Was eine Organisation über Fermata auf ihren Rechnern entscheidet.",
    as_recommendation: "(empfohlen)",
    allowed: "Erlaubt:",
    default: "Voreinstellung:",
    nothing: "keine",
    switch: "Aktiviert heißt ja, deaktiviert heißt nein.",
    enforced_or_recommended: "Als Richtlinie kann es niemand ändern; als Empfehlung gilt es, \
        wo der Benutzer nichts anderes gesagt hat. Nicht konfiguriert lässt es offen.",
    guards: "Dies hält die Anzeige wahr oder verhindert, dass eine Pause vergessen wird: Ein Wert, \
        der nicht angenommen werden kann, überlässt es nie dem Benutzer.",
    list: "Eine Zahl je Zeile.",
    settings: "Links der Schlüssel des Anbieters, rechts sein Wert. Niemals ein Geheimnis.",
};

/// Key, title and what it is about, in the order of [`crate::KEYS`].
pub(super) const KEYS: &[(&str, &str, &str)] = &[
    (
        "organization",
        "Organisation",
        "Wer Fermata verwaltet, für Menschen: Gesperrte Einstellungen werden als von dieser Organisation verwaltet angezeigt.",
    ),
    (
        "vendor",
        "Anbieter der Aufzeichnung",
        "Der Anbieter, der aufzeichnet.",
    ),
    (
        "base_url",
        "Adresse des Anbieters",
        "Unter welcher Adresse der Anbieter erreicht wird.",
    ),
    (
        "vendor_settings",
        "Weitere Einstellungen des Anbieters",
        "Weitere Einstellungen des Anbieters, jede unter dem Schlüssel, den seine Seite nennt.",
    ),
    (
        "extension_from",
        "Woher die Nebenstelle kommt",
        "Woher die Nebenstelle des Agenten kommt, oder woran ihn der Anbieter sonst erkennt.",
    ),
    (
        "extension",
        "Nebenstelle",
        "Die Nebenstelle selbst, wo sie feststeht.",
    ),
    (
        "extension_pattern",
        "Muster der Nebenstelle",
        "Ein regulärer Ausdruck, dessen erste Gruppe die Nebenstelle in einem Benutzernamen oder Attribut ist.",
    ),
    (
        "extension_attribute",
        "Attribut mit der Nebenstelle",
        "Das Attribut des Benutzerkontos, in dem die Nebenstelle steht.",
    ),
    (
        "extension_file",
        "Datei mit Nebenstellen",
        "Eine Datei mit einer Zeile Benutzer,Nebenstelle für jeden Agenten.",
    ),
    (
        "enrolment_file",
        "Datei mit einem Geheimnis zur Anmeldung",
        "Eine Datei, deren erste Zeile das Geheimnis dieses Agenten ist; sie wird einmal gelesen und dann unkenntlich gemacht.",
    ),
    (
        "broad_credentials",
        "Zugangsdaten, die andere Agenten pausieren könnten",
        "Was mit Zugangsdaten geschieht, die auch andere Agenten pausieren könnten.",
    ),
    (
        "accept_acknowledgement",
        "Bestätigung des Empfangs genügt",
        "Ob die Empfangsbestätigung eines Anbieters, der eine Pause nicht beweisen kann, genügt, um sie als Pause anzuzeigen.",
    ),
    (
        "longest_pause_seconds",
        "Längste Pause",
        "Die längste Pause in Sekunden: An ihrem Ende wird um Fortsetzung gebeten. Eine strengere gilt auch für eine laufende Pause.",
    ),
    (
        "longest_pause_extensions",
        "Verlängerungen der längsten Pause",
        "Wie oft der Agent die längste Pause einer Pause verlängern darf, jedes Mal um eine Minute.",
    ),
    (
        "reminders_seconds",
        "Erinnerungen an eine Pause",
        "Nach wie vielen Sekunden einer Pause der Agent an sie erinnert wird, jede Stufe einmal.",
    ),
    (
        "sounds",
        "Töne",
        "Was zu hören ist. Dass eine Pause gescheitert ist, ist immer zu hören.",
    ),
    (
        "freshness_ms",
        "Wie alt ein Beweis sein darf",
        "Wie alt der Beweis einer Pause sein darf, in Millisekunden.",
    ),
    (
        "settle_within_ms",
        "Wie lange ein Druck dauern darf",
        "Wie lange ein Tastendruck dauern darf, bis er bewiesen oder gescheitert ist, in Millisekunden.",
    ),
    (
        "read_every_paused_ms",
        "Nachfragen während einer Pause",
        "Wie oft die Aufzeichnung während einer Pause abgefragt wird, in Millisekunden.",
    ),
    (
        "read_every_in_call_ms",
        "Nachfragen während eines Gesprächs",
        "Wie oft die Aufzeichnung sonst während eines Gesprächs abgefragt wird, in Millisekunden.",
    ),
    (
        "hotkey_toggle",
        "Tastenkombination zum Pausieren und Fortsetzen",
        "Die Tastenkombination, die pausiert und fortsetzt, was bekanntermaßen pausiert ist.",
    ),
    (
        "hotkey_pause",
        "Tastenkombination zum Pausieren",
        "Die Tastenkombination, die nur pausiert.",
    ),
    (
        "hotkey_resume",
        "Tastenkombination zum Fortsetzen",
        "Die Tastenkombination, die nur fortsetzt.",
    ),
    (
        "autostart",
        "Start bei der Anmeldung",
        "Ob Fermata startet, wenn sich ein Benutzer anmeldet.",
    ),
    (
        "may_quit",
        "Agenten dürfen Fermata beenden",
        "Ob der Agent Fermata beenden darf.",
    ),
    (
        "on_exit_paused",
        "Was am Ende aus einer Pause wird",
        "Was aus einer pausierten Aufzeichnung wird, wenn Fermata endet, etwa bei einer Abmeldung.",
    ),
    (
        "allow_simulation",
        "Simulatoren erlauben",
        "Ob die Adresse des Anbieters zu einem Simulator führen darf.",
    ),
    (
        "log_level",
        "Ausführlichkeit der Protokolle",
        "Wie viel protokolliert wird.",
    ),
    (
        "log_days",
        "Tage, die ein Protokoll aufbewahrt wird",
        "Wie viele Tage eine Protokolldatei aufbewahrt wird.",
    ),
    (
        "log_megabytes",
        "Platz für Protokolle",
        "Wie viel Platz alle Protokolldateien zusammen belegen dürfen, in Megabyte.",
    ),
    (
        "audit_days",
        "Tage, die das Prüfprotokoll aufbewahrt wird",
        "Wie viele Tage eine Datei des Prüfprotokolls aufbewahrt wird.",
    ),
    (
        "forward_syslog",
        "Prüfprotokoll an einen Syslog-Server",
        "Wohin jeder Eintrag des Prüfprotokolls als Syslog über TLS geht.",
    ),
    (
        "forward_otlp",
        "Prüfprotokoll an einen OpenTelemetry-Collector",
        "Wohin jeder Eintrag des Prüfprotokolls als OTLP geht: die ganze Adresse, meist mit /v1/logs am Ende.",
    ),
    (
        "forward_webhook",
        "Prüfprotokoll an einen Webhook",
        "Wohin jeder Eintrag des Prüfprotokolls als JSON geht. Niemals ein Geheimnis in der Adresse.",
    ),
    (
        "update_check",
        "Nach neueren Versionen sehen",
        "Ob Fermata einmal am Tag nach einer neueren Version sieht.",
    ),
    (
        "update_url",
        "Wo nach neueren Versionen gesehen wird",
        "Wo Fermata nach einer neueren Version sieht: die Adresse einer signierten Mitteilung.",
    ),
    (
        "language",
        "Sprache",
        "Die Sprache der Wörter, die Menschen sehen.",
    ),
];

/// Key, word and what it means.
pub(super) const CHOICES: &[(&str, &str, &str)] = &[
    ("extension_from", "agent", "Der Agent gibt sie ein."),
    (
        "extension_from",
        "fixed",
        "Die festgelegte: ein Rechner, eine Nebenstelle.",
    ),
    (
        "extension_from",
        "user-name",
        "Der Name, unter dem sich der Benutzer angemeldet hat.",
    ),
    (
        "extension_from",
        "attribute",
        "Ein Attribut des Benutzerkontos.",
    ),
    (
        "extension_from",
        "file",
        "Eine Datei, die sagt, welcher Benutzer welche hat.",
    ),
    ("broad_credentials", "allow", "Nichts."),
    (
        "broad_credentials",
        "warn",
        "Wer sich damit anmeldet, wird darauf hingewiesen.",
    ),
    (
        "broad_credentials",
        "refuse",
        "Mit ihnen kann man sich nicht anmelden.",
    ),
    (
        "on_exit_paused",
        "ask",
        "Der Agent wird gefragt. Wo niemand gefragt werden kann, bleibt sie pausiert.",
    ),
    (
        "on_exit_paused",
        "resume",
        "Der Anbieter wird gebeten, sie fortzusetzen.",
    ),
    (
        "on_exit_paused",
        "leave",
        "Sie bleibt pausiert, und der Agent erfährt es beim nächsten Start.",
    ),
    (
        "sounds",
        "all",
        "Alarme, Erinnerungen und dass eine Pause oder Fortsetzung bestätigt ist.",
    ),
    ("sounds", "reminders", "Alarme und Erinnerungen."),
    ("sounds", "alarms", "Nur Alarme."),
    (
        "language",
        "system",
        "Die des Benutzers, wo es Wörter in ihr gibt.",
    ),
    ("language", "en", "Englisch."),
];

pub(super) fn form(form: Form) -> String {
    match form {
        Form::Text => format!("eine Zeile mit 1 bis {LONGEST_TEXT} Zeichen"),
        Form::File => format!("ein vollständiger Pfad, höchstens {LONGEST_TEXT} Zeichen"),
        Form::Address => "https://…, zum Rechner selbst auch http://".to_owned(),
        Form::Server => "ein Rechner und sein Port, wie host.example.com:6514".to_owned(),
        Form::Pattern => "ein regulärer Ausdruck mit mindestens einer Gruppe".to_owned(),
        Form::Chord => format!("höchstens {LONGEST_CHORD} Zeichen, oder none für keine"),
        Form::Choice(words) => words.join(", "),
        Form::Switch => "ja oder nein".to_owned(),
        Form::Number {
            least,
            most,
            or_none,
        } => {
            let none = if or_none { ", oder 0 für keine" } else { "" };
            format!("{least} bis {most}{none}")
        }
        Form::Rising {
            least,
            most,
            entries,
        } => format!("1 bis {entries} steigende Zahlen, jede {least} bis {most}"),
        Form::Settings => {
            format!("je Schlüssel eine Zeile mit höchstens {LONGEST_TEXT} Zeichen")
        }
    }
}
