//! A hundred expressions such as servers write for Discord's `AutoMod`, of the kinds that published collections consist of: words
//! with letters swapped, invitations, links of all kinds, walls of mentions, emoji and lines, capitals, telephone numbers, sums.

use nightdesk::rules::Ruleset;

use crate::measure::{PROMISED, rule_file};

/// So many expressions are about words; with those about none they make a hundred.
const OF_WORDS: usize = 100 - WORDLESS.len();

/// Four forms of an expression, each with a text that it finds; `@` stands for what is promised.
const FORMS: [(&str, &str); 4] = [
    (r"\bfr[e3][e3]\W{0,4}@s?\b", "free @"),
    (
        r"\b@s?\W{0,4}(?:g[i1]v[e3][a4]w[a4]ys?|dr[o0]ps?|g[i1]fts?)\b",
        "@ giveaway",
    ),
    (
        r"\b(?:cl[a4][i1]m|r[e3]d[e3][e3]m|c[o0]ll[e3]ct)\W{1,3}(?:y[o0]ur|ur|th[e3])\W{1,3}@s?\b",
        "claim your @",
    ),
    (
        r"\b@s?\W{1,4}(?:at|on|via)\W{1,4}(?:https?://)?[a-z0-9-]{1,40}\.(?:xyz|live|top|gg)\b",
        "@ on prize.xyz",
    ),
];

/// An expression that is about no word, the signal that Nightdesk has in its place, since it refuses an expression without a
/// literal and says so; and a text that both find, to be repeated so often.
type Wordless = (&'static str, &'static str, &'static str, usize);

/// So many of a hundred have no literal in the collection by which the aim was set.
pub const WORDLESS: [Wordless; 23] = [
    (
        r"(?:discord(?:app)?\.(?:gg|com/invite)|dsc\.gg)/[\w-]{2,32}",
        "foreign-invite",
        "discord.gg/prizes",
        1,
    ),
    (
        r"\[[^\]\n]{1,200}\]\(\s*<?https?://",
        "masked-link",
        "[here](https://prize.example/x)",
        1,
    ),
    (
        r"https?://(?:\d{1,3}\.){3}\d{1,3}",
        "ip-host",
        "http://93.184.216.34/x",
        1,
    ),
    (r"https?://[^\s<>]{4,}", "link", "https://prize.example/x", 1),
    (
        r"\b[a-z0-9-]{2,63}\.(?:com|net|org|xyz|io|gg|top|live)\b",
        "bare-domain",
        "prizes-here.com",
        1,
    ),
    (
        r"https?://[^\s/@]{1,60}@[^\s/]+",
        "userinfo-link",
        "https://discord.com@prize.example/x",
        1,
    ),
    (
        r"https?://[^\s/]{0,60}%[0-9a-f]{2}",
        "encoded-host",
        "https://%70rize.example/x",
        1,
    ),
    (
        r"https?://(?:[^\s/]{1,60}\.)?xn--",
        "idn-host",
        "https://xn--przes-6ra.example/x",
        1,
    ),
    (
        r"hxxps?://|\w ?(?:\[\.\]|\(dot\)) ?\w",
        "defanged-link",
        "hxxps://prize[.]xyz",
        1,
    ),
    (
        r"https?://\S{1,200}\.(?:exe|scr|zip|rar|bat|msi)\b",
        "download-link",
        "https://prize.example/setup.exe",
        1,
    ),
    (
        r"[a-z](?:\*\*|__|~~|\|\|)[a-z]",
        "markdown-in-word",
        "pri**z**es",
        1,
    ),
    ("[a-z][а-яё]|[а-яё][a-z]", "mixed-script-word", "рrizes", 1),
    (
        r"\+\d{1,3}[\s().-]{0,3}(?:\d[\s().-]{0,2}){7,12}",
        "phone-number",
        "+44 7350 522191",
        1,
    ),
    (r"[$]\s?\d{2,6}(?:[.,]\d{3})*\b", "money-amount", "$500", 1),
    (
        r"(?-i:\b[A-Z]{4,}(?:\W+[A-Z]{4,}){4,})",
        "shouting",
        "EVERYBODY COLLECT YOUR PRIZES BEFORE TONIGHT",
        1,
    ),
    (r"\b[a-z](?: [a-z]){3,}\b", "spaced-letters", "p r i z e s", 1),
    (r"(?:^|\s)@[a-z0-9_.]{3,32}", "account-name", "@prize_giver", 1),
    (r"@(?:everyone|here)\b", "mention-everyone", "@everyone", 1),
    (
        "[a-z][\u{200b}-\u{200f}\u{2060}\u{feff}]+[a-z]",
        "hidden-characters",
        "pri\u{200b}zes",
        1,
    ),
    (
        "[\u{202d}\u{202e}]",
        "reversed-text",
        "prize \u{202e}sezirp\u{202c}",
        1,
    ),
    (r"(?:\n\s*){15,}", "many-lines", "\n", 16),
    (
        r"(?:<@!?\d{15,20}>\s*){5,}",
        "many-mentions",
        "<@123456789012345678> ",
        6,
    ),
    (
        r"(?:<a?:\w{2,32}:\d{15,20}>\s*){8,}",
        "many-emoji",
        "<:fire:123456789012345678> ",
        9,
    ),
];

/// Those about words, each with a text that it finds.
pub fn of_words() -> Vec<(String, String)> {
    let all = PROMISED.iter().flat_map(|promised| {
        FORMS.map(|(form, sample)| {
            (
                form.replace('@', &swapped(promised)),
                sample.replace('@', promised),
            )
        })
    });
    all.take(OF_WORDS).collect()
}

/// A word as it is written to find it with digits for letters.
fn swapped(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'a' => "[a4]".to_owned(),
            'e' => "[e3]".to_owned(),
            'i' => "[i1]".to_owned(),
            'o' => "[o0]".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// The hundred as rule files have them, those about words as they are and the others as signals, with these phrases dealt out among
/// the first.
pub fn rules(phrases: &[String]) -> Ruleset {
    let of_words = of_words();
    let words = rule_file(of_words.len(), phrases, &of_words);
    let signals = signal_file();
    let sources = [("words.toml", words.as_str()), ("signals.toml", signals.as_str())];
    Ruleset::from_sources(&sources).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A rule file for the signals.
fn signal_file() -> String {
    let rules = WORDLESS.map(|(_, signal, sample, times)| {
        let sample = sample.repeat(times);
        format!(
            "[[rule]]\nid = \"told-{signal}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"spam\"\nseverity = \"low\"\n\
             status = \"stable\"\nsignals = [\"{signal}\"]\n[rule.examples]\n\
             match = [{}, {}, {}]\nclean = [\"good morning\", \"see you then\", \"it arrived\"]\n",
            quoted(&sample),
            quoted(&format!("now {sample}")),
            quoted(&format!("{sample} now")),
        )
    });
    rules.concat()
}

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
