//! A hundred expressions such as servers write for Discord's `AutoMod`, of the kinds that published collections consist of: words
//! with letters swapped, invitations, masked links, walls of mentions, emoji and lines, telephone numbers, sums.

use crate::measure::PROMISED;

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

/// Expressions that are about no word, each with the signal that Nightdesk has in its place, since it refuses an expression without a
/// literal and says so; and a text that both find, some of it to be repeated so often.
pub const WORDLESS: [(&str, &str, &str, usize); 8] = [
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
    (
        r"\+\d{1,3}[\s().-]{0,3}(?:\d[\s().-]{0,2}){7,12}",
        "phone-number",
        "+44 7350 522191",
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
    (r"[$]\s?\d{2,6}(?:[.,]\d{3})*\b", "money-amount", "$500", 1),
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

/// A rule file for the signals.
pub fn signal_file() -> String {
    let rules = WORDLESS.map(|(_, signal, sample, times)| {
        let sample = sample.repeat(times);
        format!(
            "[[rule]]\nid = \"told-{signal}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"spam\"\nseverity = \"low\"\n\
             status = \"stable\"\nsignals = [\"{signal}\"]\n[rule.examples]\n\
             match = [{sample:?}, {:?}, {:?}]\nclean = [\"good morning\", \"see you then\", \"it arrived\"]\n",
            format!("now {sample}"),
            format!("{sample} now"),
        )
    });
    rules.concat()
}
