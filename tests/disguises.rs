//! Disguises put together at random over the rules' own examples: what a rule finds plainly it must find disguised.
//!
//! The disguises are those seen in the field: invisible characters, look-alike letters of other scripts and styles, digits for letters,
//! letters spaced out, markdown inside words, reversed text, struck-through letters, odd blanks; and of links: split over
//! quoted lines, percent-encoded, behind a user name, with backslashes, odd dots, capitals, defanged, masked. Each example gets
//! several random combinations of one to three of words and none to two of links, always the same ones, so that a failure can be looked
//! at again. What nobody could read or follow any more is left out: [`clash`] and [`clash_in_link`] say why.

use std::path::Path;

use nightdesk::artefacts::secrets;
use nightdesk::rules::{Level, Part, Place, Ruleset, ScanContext, Scratch, UnlistedInvites};

/// So many of a hundred disguised examples must still be found.
const FOUND_OF_100: usize = 98;
/// So many word disguises and link disguises lie over one another at most.
const MOST_OF_WORDS: usize = 3;
const MOST_OF_LINKS: usize = 2;
/// So many combinations of each example are tried.
const TRIES: u64 = 6;

/// A small generator of numbers: xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled").
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % sides
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Disguise {
    ZeroWidth,
    SoftHyphen,
    InvisibleTimes,
    Cyrillic,
    MathBold,
    FullWidth,
    SmallCaps,
    Circled,
    Leet,
    SpacedWord,
    Spoiler,
    Bold,
    StrikeThrough,
    BrailleBlank,
    Reversed,
    SplitLink,
    QuotedLink,
    PercentHost,
    UserName,
    Backslashes,
    IdeographicDot,
    Capitals,
    Defanged,
    Masked,
}

use Disguise::*;

const OF_WORDS: &[Disguise] = &[
    ZeroWidth,
    SoftHyphen,
    InvisibleTimes,
    Cyrillic,
    MathBold,
    FullWidth,
    SmallCaps,
    Circled,
    Leet,
    SpacedWord,
    Spoiler,
    Bold,
    StrikeThrough,
    BrailleBlank,
    Reversed,
];
const OF_LINKS: &[Disguise] = &[
    SplitLink,
    QuotedLink,
    PercentHost,
    UserName,
    Backslashes,
    IdeographicDot,
    Capitals,
    Defanged,
    Masked,
    ZeroWidth,
];

/// Whether two disguises of words together leave nothing that a person could read, or undo each other.
fn clash(one: Disguise, other: Disguise) -> bool {
    let styles = [MathBold, FullWidth, SmallCaps, Circled];
    let pair = |a: Disguise, b: Disguise| (one, other) == (a, b) || (other, one) == (a, b);
    one == other
        // A letter is written in one style; the second finds nothing to change.
        || (styles.contains(&one) && styles.contains(&other))
        // Marks between letters that stand alone are shown as they are, and blanks of one kind show no words.
        || [Spoiler, Bold, StrikeThrough, BrailleBlank, Reversed].iter().any(|how| pair(SpacedWord, *how))
        // A stroke belongs to the letter before it: reversed, it falls on its neighbour, or off the word.
        || pair(Reversed, StrikeThrough)
        // Struck through, or cut between a letter and its stroke, marks are no markdown any more: the word is full of bars.
        || pair(Spoiler, StrikeThrough)
        || pair(Bold, StrikeThrough)
        // A digit that stands alone is a number to every reader.
        || pair(SpacedWord, Leet)
}

/// The same of links: whether such a link leads anywhere, for a client or for a person who types it.
fn clash_in_link(one: Disguise, other: Disguise) -> bool {
    let pair = |a: Disguise, b: Disguise| (one, other) == (a, b) || (other, one) == (a, b);
    one == other
        // Discord makes no masked link of a target with a break, brackets, backslashes or a strange dot in it.
        || [SplitLink, QuotedLink, Defanged, Backslashes, IdeographicDot, ZeroWidth].iter().any(|how| pair(Masked, *how))
        // Each of these takes the same dot, or the same break, and leaves none for the other.
        || [(SplitLink, QuotedLink), (Defanged, PercentHost), (Defanged, IdeographicDot), (PercentHost, IdeographicDot)]
            .iter()
            .any(|(a, b)| pair(*a, *b))
}

/// Some of these disguises, `most` at most and one at least, that do not clash.
fn choose(
    from: &[Disguise],
    most: usize,
    clash: fn(Disguise, Disguise) -> bool,
    dice: &mut Dice,
) -> Vec<Disguise> {
    let mut chosen: Vec<Disguise> = Vec::new();
    for _ in 0..=dice.roll(most) {
        let how = from[dice.roll(from.len())];
        if !chosen.iter().any(|known| clash(*known, how)) {
            chosen.push(how);
        }
    }
    chosen
}

/// The words of a text, those that are links or names apart.
fn is_link(word: &str) -> bool {
    word.contains("://")
        || word.contains(".example")
        || word.contains(".gg/")
        || word.contains(".dev")
        || word.contains("t.me/")
}

/// A word, disguised already or not.
fn is_wordlike(word: &str) -> bool {
    word.starts_with(char::is_alphabetic)
        && !word.contains(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '*' | '|'))
}

fn disguise_word(word: &str, how: Disguise, dice: &mut Dice) -> String {
    let letters: Vec<char> = word.chars().collect();
    let between = |what: &str, dice: &mut Dice| {
        let at = 1 + dice.roll(letters.len() - 1);
        let (head, tail) = letters.split_at(at);
        format!(
            "{}{what}{}",
            head.iter().collect::<String>(),
            tail.iter().collect::<String>()
        )
    };
    let each = |f: &dyn Fn(char) -> char| letters.iter().map(|c| f(*c)).collect::<String>();
    match how {
        ZeroWidth => between("\u{200b}", dice),
        SoftHyphen => between("\u{ad}", dice),
        InvisibleTimes => between("\u{2062}", dice),
        Spoiler => between("||", dice).replacen("||", "||||", 1),
        Bold => between("****", dice),
        Cyrillic => each(&|c| match c {
            'a' => 'а',
            'e' => 'е',
            'o' => 'о',
            'p' => 'р',
            'c' => 'с',
            'x' => 'х',
            'y' => 'у',
            'A' => 'А',
            'B' => 'В',
            'E' => 'Е',
            'H' => 'Н',
            'K' => 'К',
            'M' => 'М',
            'O' => 'О',
            'P' => 'Р',
            'C' => 'С',
            'T' => 'Т',
            other => other,
        }),
        MathBold => each(&|c| styled(c, 0x1d400, 0x1d41a)),
        FullWidth => each(&|c| styled(c, 0xff21, 0xff41)),
        Circled => each(&|c| styled(c, 0x24b6, 0x24d0)),
        SmallCaps => each(&|c| {
            const SMALL: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ";
            let at = u32::from(c.to_ascii_lowercase()).wrapping_sub(u32::from(b'a'));
            SMALL.chars().nth(at as usize).unwrap_or(c)
        }),
        Leet => {
            let chosen = dice.roll(letters.len());
            let at = (chosen..letters.len())
                .chain(0..chosen)
                .find(|at| leet(letters[*at]).is_some());
            letters
                .iter()
                .enumerate()
                .map(|(n, c)| if Some(n) == at { leet(*c).unwrap_or(*c) } else { *c })
                .collect()
        }
        SpacedWord => letters
            .iter()
            .enumerate()
            .map(|(n, c)| match c {
                _ if n == 0 || !c.is_alphanumeric() => c.to_string(),
                c => format!(" {c}"),
            })
            .collect(),
        StrikeThrough => letters.iter().flat_map(|c| [*c, '\u{336}']).collect(),
        _ => word.to_owned(),
    }
}

fn styled(c: char, capital: u32, small: u32) -> char {
    let code = match c {
        'A'..='Z' => capital + (c as u32 - 'A' as u32),
        'a'..='z' => small + (c as u32 - 'a' as u32),
        _ => return c,
    };
    char::from_u32(code).unwrap_or(c)
}

fn leet(c: char) -> Option<char> {
    Some(match c.to_ascii_lowercase() {
        'a' => '4',
        'e' => '3',
        'i' | 'l' => '1',
        'o' => '0',
        's' => '5',
        _ => return None,
    })
}

fn disguise_link(link: &str, how: Disguise, dice: &mut Dice) -> String {
    let (scheme, rest) = link
        .split_once("://")
        .map_or(("", link), |(scheme, rest)| (scheme, rest));
    let Some(dot) = rest.find('.') else {
        return link.to_owned();
    };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let joined = |rest: &str| {
        if scheme.is_empty() {
            rest.to_owned()
        } else {
            format!("{scheme}://{rest}")
        }
    };
    let with = |dot_as: &str| format!("{}{dot_as}{}", &rest[..dot], &rest[dot + 1..]);
    match how {
        SplitLink if !scheme.is_empty() => format!("<{scheme}://{}.\n{}>", &rest[..dot], &rest[dot + 1..]),
        QuotedLink if !scheme.is_empty() => {
            let half = (1..=dot)
                .find(|at| *at >= dot / 2 && rest.is_char_boundary(*at))
                .unwrap_or(dot);
            format!(
                "\n> <{scheme}:\n> //{}\n> {}.\n> {}>\n",
                &rest[..half],
                &rest[half..dot],
                &rest[dot + 1..]
            )
        }
        PercentHost if !scheme.is_empty() => joined(&with("%2E")),
        UserName if !scheme.is_empty() && host_end > dot => format!("{scheme}://discord.com@{rest}"),
        Backslashes if !scheme.is_empty() => format!("{scheme}:\\\\{rest}"),
        IdeographicDot => joined(&with("。")),
        Capitals => {
            let (host, path) = rest.split_at(host_end);
            let host = host.to_uppercase();
            if scheme.is_empty() {
                format!("{host}{path}")
            } else {
                format!("{}://{host}{path}", scheme.to_uppercase())
            }
        }
        Defanged if !scheme.is_empty() => format!("hxxps://{}", with("[.]")),
        Masked if !scheme.is_empty() => format!("[official page]({link})"),
        ZeroWidth => {
            let from = 1 + dice.roll(dot.max(2) - 1);
            let at = (from..=dot).find(|at| rest.is_char_boundary(*at)).unwrap_or(dot);
            joined(&format!("{}\u{200b}{}", &rest[..at], &rest[at..]))
        }
        _ => link.to_owned(),
    }
}

/// Puts one disguise over a text.
fn disguise(text: &str, how: Disguise, links: bool, dice: &mut Dice) -> String {
    if how == Reversed {
        return format!("\u{202e}{}\u{202c}", text.chars().rev().collect::<String>());
    }
    if how == BrailleBlank {
        return text.replace(' ', "\u{2800}");
    }
    let words: Vec<&str> = text.split(' ').collect();
    let longest = words
        .iter()
        .filter(|word| is_wordlike(word) && !is_link(word))
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0);
    words
        .iter()
        .map(|word| {
            // A word with a digit for a letter takes no second one, and is not spelled.
            let digit = word.contains(|c: char| c.is_ascii_digit());
            let worth = is_wordlike(word) && word.chars().count() > 3 && !is_link(word);
            if links && is_link(word) {
                disguise_link(word, how, dice)
            } else if !links
                && worth
                && !(digit && matches!(how, Leet | SpacedWord))
                && (how != SpacedWord || word.chars().count() == longest)
            {
                disguise_word(word, how, dice)
            } else {
                (*word).to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The examples of the shipped rules that are plain texts.
fn examples() -> Vec<(String, String)> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files: Vec<_> = std::fs::read_dir(rules)
        .expect("the rule directory")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("a rule file");
        let file: toml::Value = toml::from_str(&text).expect("a rule file is TOML");
        for rule in file
            .get("rule")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
        {
            let examples = rule.get("examples").and_then(|examples| examples.get("match"));
            for example in examples.and_then(toml::Value::as_array).into_iter().flatten() {
                if let (Some(id), Some(example)) = (rule["id"].as_str(), example.as_str()) {
                    all.push((id.to_owned(), example.to_owned()));
                }
            }
        }
    }
    all
}

#[test]
fn what_is_found_plainly_is_found_in_random_disguises() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let ruleset = Ruleset::load(&rules).unwrap_or_else(|errors| panic!("{errors}"));
    let mut scratch = Scratch::new();
    let mut level = |text: &str| {
        let redacted = secrets::redact(text);
        let part = Part {
            place: Place::Content,
            text: &redacted.text,
            secrets: &redacted.found,
        };
        let context = ScanContext {
            unlisted_invites: UnlistedInvites::Foreign,
            ..ScanContext::default()
        };
        ruleset.scan(&[part], &context, &mut scratch).level
    };
    let mut dice = Dice(0x6e69_6768_7464_6573);
    let (mut tried, mut found) = (0_usize, 0_usize);
    let mut of_each: Vec<(Disguise, usize, usize)> = Vec::new();
    let mut misses = Vec::new();
    for (rule, example) in examples() {
        // One that is disguised already, or that only adds to a score, says nothing here.
        if !example.chars().all(|c| c.is_ascii() || c.is_alphabetic()) || level(&example) == Level::Clean {
            continue;
        }
        for _ in 0..TRIES {
            let mut text = example.clone();
            let mut hows = Vec::new();
            let mut of_words = choose(OF_WORDS, MOST_OF_WORDS, clash, &mut dice);
            // Blanks and the direction are changed last: no word is found behind them.
            of_words.sort_by_key(|how| match how {
                SpacedWord => 1,
                BrailleBlank => 3,
                Reversed => 4,
                _ => 0,
            });
            let mut of_links = Vec::new();
            if !of_words.contains(&SpacedWord) && dice.roll(2) == 0 {
                of_links = choose(OF_LINKS, MOST_OF_LINKS, clash_in_link, &mut dice);
                // What stands around a link is put there last, and a line is broken only once.
                of_links.sort_by_key(|how| match how {
                    Capitals => 0,
                    Masked => 3,
                    SplitLink | QuotedLink => 2,
                    _ => 1,
                });
            }
            let last = of_words
                .iter()
                .position(|how| matches!(how, BrailleBlank | Reversed))
                .unwrap_or(of_words.len());
            let links = of_links.iter().map(|how| (*how, true));
            let before = of_words[..last].iter().map(|how| (*how, false));
            let behind = of_words[last..].iter().map(|how| (*how, false));
            for (how, links) in before.chain(links).chain(behind) {
                if how == Reversed && text.contains('\n') {
                    continue;
                }
                let changed = disguise(&text, how, links, &mut dice);
                if changed != text {
                    hows.push(how);
                    text = changed;
                }
            }
            if text == example {
                continue;
            }
            tried += 1;
            let hit = level(&text) > Level::Clean;
            found += usize::from(hit);
            for how in &hows {
                let at = of_each
                    .iter()
                    .position(|(known, ..)| known == how)
                    .unwrap_or_else(|| {
                        of_each.push((*how, 0, 0));
                        of_each.len() - 1
                    });
                of_each[at].1 += 1;
                of_each[at].2 += usize::from(hit);
            }
            if !hit {
                misses.push(format!("{rule} {hows:?}: {text:?}"));
            }
        }
    }
    for miss in &misses {
        println!("missed: {miss}");
    }
    for (how, tried, found) in of_each {
        println!("{how:?}: {found} of {tried}");
    }
    println!("{found} of {tried} disguised examples found");
    assert!(tried > 1_000, "only {tried} disguised examples");
    assert!(
        found * 100 >= tried * FOUND_OF_100,
        "only {found} of {tried} disguised examples are found"
    );
}
