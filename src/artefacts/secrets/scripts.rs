//! Seed phrases of the BIP-39 lists that are not written in Latin letters: Japanese, Korean, and both Chinese lists.
//!
//! Japanese and Korean phrases are words between blanks, compared decomposed (NFKD, as BIP-39 demands), with katakana
//! and half-width forms taken for the hiragana they stand for. A Chinese phrase is one sign a word, and its list holds the
//! commonest signs: a run without anything between its signs is taken only when it has exactly a phrase's length, a right
//! checksum, and either stands alone or holds none of the signs that no sentence does without.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use bip39::Language;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

use super::seed::{FEWEST, LENGTHS, Recent, has_right_checksum};
use super::view::is_invisible;
use super::{SecretKind, SecretSpan, context};

/// More signs than this between two words, and they do not belong together.
const WIDEST_GAP: usize = 8;

/// Signs that hardly any Chinese sentence does without; twelve random list words hold one in four times.
const GRAMMAR: &str = "的了是我你他她们們不在有这這那就也都和要会會可能没沒吗嗎呢吧啊到说說去来來为為什么麼怎个個上下人好还還被把让讓很过過";

type Index = HashMap<Box<str>, u16>;

/// Words between blanks: Japanese, then Korean.
static SPACED: LazyLock<[Index; 2]> = LazyLock::new(|| [Language::Japanese, Language::Korean].map(index_of));

/// One sign a word: simplified, then traditional.
static SIGNS: LazyLock<[HashMap<char, u16>; 2]> = LazyLock::new(|| {
    [Language::SimplifiedChinese, Language::TraditionalChinese].map(|language| {
        let words = language.word_list().iter().zip(0..);
        words
            .filter_map(|(word, index)| Some((word.chars().next()?, index)))
            .collect()
    })
});

fn index_of(language: Language) -> Index {
    let words = language.word_list().iter().zip(0..);
    words
        .map(|(word, index)| (word.nfkd().collect::<String>().into_boxed_str(), index))
        .collect()
}

/// What a character is to this search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Hiragana or katakana, with their marks.
    Kana,
    Hangul,
    Han,
    /// A letter of anything else.
    Letter,
    /// Ends a sentence or a clause.
    Stop,
    /// Blanks, digits, punctuation.
    Gap,
    Invisible,
}

fn class_of(c: char) -> Class {
    match c as u32 {
        0x3041..=0x3096 | 0x3099..=0x309c | 0x30a1..=0x30fa | 0x30fc | 0xff66..=0xff9f => Class::Kana,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7a3 => Class::Hangul,
        0x4e00..=0x9fff => Class::Han,
        0x3001 | 0x3002 | 0xff01 | 0xff0c | 0xff1a | 0xff1f | 0x21 | 0x2c | 0x3a | 0x3f => Class::Stop,
        _ if is_invisible(c) => Class::Invisible,
        _ if c.is_alphabetic() => Class::Letter,
        _ => Class::Gap,
    }
}

/// Adds the phrases of `text` to `found`. Most texts are passed over in one walk that allocates nothing.
pub(super) fn find(text: &str, found: &mut Vec<SecretSpan>) {
    // Bytes with which signs of these scripts begin: Hangul, kana, Han, half-width forms.
    let signs = text.bytes().filter(|b| matches!(b, 0xe1 | 0xe3..=0xed | 0xef));
    if signs.count() < FEWEST {
        return;
    }
    let gate = Gate::of(text);
    let mut take = |span: Range<usize>| {
        found.push(SecretSpan {
            kind: SecretKind::SeedPhrase,
            span,
        });
    };
    if gate.kana {
        spaced(text, Class::Kana, &SPACED[0], &mut take);
    }
    if gate.hangul {
        spaced(text, Class::Hangul, &SPACED[1], &mut take);
    }
    if gate.han {
        for signs in SIGNS.iter() {
            signs_in(text, signs, &mut take);
        }
    }
}

/// Which kinds of phrase could stand in a text at all.
#[derive(Default)]
struct Gate {
    kana: bool,
    hangul: bool,
    han: bool,
}

impl Gate {
    fn of(text: &str) -> Self {
        let mut gate = Self::default();
        let (mut kana, mut hangul, mut han) = (0, 0, 0);
        let mut before = Class::Gap;
        for class in text.chars().map(class_of) {
            match class {
                Class::Kana if before != Class::Kana => {
                    kana += 1;
                    (hangul, han) = (0, 0);
                }
                Class::Hangul if before != Class::Hangul => {
                    hangul += 1;
                    (kana, han) = (0, 0);
                }
                Class::Han => {
                    han += 1;
                    (kana, hangul) = (0, 0);
                }
                Class::Letter => (kana, hangul, han) = (0, 0, 0),
                Class::Invisible => continue,
                Class::Kana | Class::Hangul | Class::Stop | Class::Gap => {}
            }
            before = class;
            gate.kana |= kana >= FEWEST;
            gate.hangul |= hangul >= FEWEST;
            gate.han |= han >= FEWEST;
        }
        gate
    }
}

/// A run of list words, as it grows.
#[derive(Default)]
struct Run {
    span: Option<Range<usize>>,
    indices: Vec<u16>,
    recent: Recent,
    right: bool,
}

impl Run {
    fn push(&mut self, index: u16, span: Range<usize>) {
        let start = self.span.as_ref().map_or(span.start, |span| span.start);
        self.span = Some(start..span.end);
        self.right |= self.recent.push(index);
        self.indices.push(index);
    }

    /// The run, when it is a phrase: a right checksum, or twelve words in no list's order.
    fn phrase(&self) -> Option<Range<usize>> {
        let in_order = self.indices.windows(2).all(|pair| pair[0] < pair[1]);
        let taken = self.right || (self.indices.len() >= FEWEST && !in_order);
        self.span.clone().filter(|_| taken)
    }
}

fn spaced(text: &str, class: Class, words: &Index, take: &mut impl FnMut(Range<usize>)) {
    let mut run = Run::default();
    let mut word = String::new();
    let mut span = 0..0;
    let mut gap = 0;
    // A line break at the end closes the last word.
    for (at, c) in text.char_indices().chain([(text.len(), '\n')]) {
        let here = class_of(c);
        if here == class {
            if word.is_empty() {
                span.start = at;
            }
            span.end = at + c.len_utf8();
            decompose_compatible(c, |part| word.push(hiragana(part)));
            continue;
        }
        if here == Class::Invisible {
            continue;
        }
        if !word.is_empty() {
            match words.get(word.as_str()) {
                Some(&index) => run.push(index, span.clone()),
                None => close(&mut run, take),
            }
            word.clear();
            gap = 0;
        }
        gap += 1;
        if gap > WIDEST_GAP || matches!(here, Class::Letter | Class::Han | Class::Kana | Class::Hangul) {
            close(&mut run, take);
        }
    }
    close(&mut run, take);
}

fn close(run: &mut Run, take: &mut impl FnMut(Range<usize>)) {
    if let Some(span) = std::mem::take(run).phrase() {
        take(span);
    }
}

/// The hiragana that a katakana stands for; everything else as it is.
fn hiragana(c: char) -> char {
    match c as u32 {
        code @ 0x30a1..=0x30f6 => char::from_u32(code - 0x60).unwrap_or(c),
        _ => c,
    }
}

/// A run of signs that are list words, and how it is laid out.
#[derive(Default)]
struct Signs {
    run: Run,
    /// Pairs of neighbours with nothing between them.
    touching: usize,
    grammar: usize,
    /// Whether punctuation or digits stand between them.
    punctuated: bool,
}

fn signs_in(text: &str, signs: &HashMap<char, u16>, take: &mut impl FnMut(Range<usize>)) {
    let mut current = Signs::default();
    let mut gap = 0;
    for (at, c) in text.char_indices() {
        match class_of(c) {
            Class::Invisible => {}
            Class::Han => {
                let Some(&index) = signs.get(&c) else {
                    settle(text, &mut current, take);
                    continue;
                };
                current.touching += usize::from(gap == 0 && current.run.span.is_some());
                current.grammar += usize::from(GRAMMAR.contains(c));
                current.run.push(index, at..at + c.len_utf8());
                gap = 0;
            }
            Class::Gap | Class::Stop if gap < WIDEST_GAP => {
                // Signs that touch are a clause, and a clause ends here; signs apart are a list, and go on.
                if current.touching > 0 && !c.is_whitespace() {
                    settle(text, &mut current, take);
                }
                current.punctuated |= current.run.span.is_some() && !c.is_whitespace();
                gap += 1;
            }
            _ => {
                settle(text, &mut current, take);
                gap = 0;
            }
        }
    }
    settle(text, &mut current, take);
}

fn settle(text: &str, signs: &mut Signs, take: &mut impl FnMut(Range<usize>)) {
    let signs = std::mem::take(signs);
    let words = &signs.run.indices;
    let Some(span) = signs.run.span.clone() else {
        return;
    };
    let whole = LENGTHS.contains(&words.len()) && has_right_checksum(words);
    let is_phrase = if signs.touching == 0 {
        // Signs apart are a list, or a sentence somebody spaced out: that is full of grammar.
        whole || (signs.run.right && signs.grammar * 5 <= words.len())
    } else {
        whole
            && !signs.punctuated
            && (signs.grammar == 0 || stands_alone(text, &span) || {
                signs.grammar <= 2 && context::speaks_of_seeds_in(text)
            })
    };
    if is_phrase {
        take(span);
    }
}

/// Whether there are no other letters in the text.
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let is_quiet = |part: &str| {
        part.chars()
            .all(|c| matches!(class_of(c), Class::Gap | Class::Stop | Class::Invisible))
    };
    is_quiet(&text[..span.start]) && is_quiet(&text[span.end..])
}
