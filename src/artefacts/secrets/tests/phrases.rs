//! Seed phrases in every language and layout; prose in the same languages.

use bip39::{Language, Mnemonic};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

const LANGUAGES: [Language; 10] = [
    Language::English,
    Language::Spanish,
    Language::French,
    Language::Italian,
    Language::Portuguese,
    Language::Czech,
    Language::Japanese,
    Language::Korean,
    Language::SimplifiedChinese,
    Language::TraditionalChinese,
];

fn words_of(language: Language, entropy: &[u8]) -> Vec<&'static str> {
    Mnemonic::from_entropy_in(language, entropy)
        .expect("the entropy has a right length")
        .words()
        .collect()
}

fn is_chinese(language: Language) -> bool {
    matches!(
        language,
        Language::SimplifiedChinese | Language::TraditionalChinese
    )
}

fn numbered(words: &[&str], form: impl Fn(usize, &str) -> String, between: &str) -> String {
    let words = words.iter().enumerate().map(|(n, word)| form(n + 1, word));
    words.collect::<Vec<_>>().join(between)
}

/// The ways in which people lay a phrase out.
fn layouts(words: &[&str]) -> Vec<String> {
    vec![
        words.join(" "),
        words.join("\n"),
        words.join(", "),
        words.join(" - "),
        words.join("\u{3000}"),
        words.join("\u{200b} "),
        words.join(" ").to_uppercase(),
        words.join(" ").nfkd().collect(),
        words.join(" ").nfc().collect(),
        numbered(words, |n, word| format!("{n}. {word}"), "\n"),
        numbered(words, |n, word| format!("{n}){word}"), " "),
        numbered(words, |_, word| format!("**{word}**"), " "),
        format!("> {}", words.join("\n> ")),
        format!("||{}||", words.join(" ")),
    ]
}

#[test]
fn a_phrase_is_found_in_every_language_and_layout() {
    for language in LANGUAGES {
        for (length, seed) in [(16, 3), (20, 5), (24, 7), (28, 11), (32, 13)] {
            let entropy: Vec<u8> = (1..=length)
                .map(|n: u8| n.wrapping_mul(seed * 17) ^ seed)
                .collect();
            for text in layouts(&words_of(language, &entropy)) {
                assert_eq!(kinds(&text), [SecretKind::SeedPhrase], "{language}: {text}");
                let redacted = redact(&text);
                assert!(
                    !redacted.text.chars().any(|c| c.is_alphabetic() && !c.is_ascii()),
                    "{language}: {}",
                    redacted.text
                );
            }
        }
    }
}

#[test]
fn accents_may_be_left_out() {
    for language in [Language::Spanish, Language::French] {
        let phrase = words_of(language, &[0xa7; 16]).join(" ");
        let plain: String = phrase.nfkd().filter(char::is_ascii).collect();
        assert_eq!(kinds(&plain), [SecretKind::SeedPhrase], "{plain}");
    }
}

#[test]
fn first_four_letters_are_enough_where_the_checksum_is_right() {
    for language in &LANGUAGES[..6] {
        let words = words_of(*language, &[0x3c; 16]);
        let cut: Vec<String> = words
            .iter()
            .map(|word| word.nfkd().filter(char::is_ascii).take(4).collect())
            .collect();
        let text = format!("steel plate: {}", cut.join(" "));
        assert_eq!(kinds(&text), [SecretKind::SeedPhrase], "{text}");
    }
}

#[test]
fn chinese_signs_may_touch_when_they_stand_alone_or_are_announced() {
    for language in [Language::SimplifiedChinese, Language::TraditionalChinese] {
        let phrase = words_of(language, &[0x51; 16]).concat();
        assert_eq!(kinds(&phrase), [SecretKind::SeedPhrase], "{phrase}");
        assert_eq!(
            kinds(&format!("我的助记词：{phrase}")),
            [SecretKind::SeedPhrase],
            "{phrase}"
        );
    }
}

#[test]
fn a_mistyped_phrase_is_taken_too() {
    // A list word in place of another: the checksum is wrong, and people paste exactly such phrases.
    let other_word = PHRASE.replace("yellow", "ocean");
    assert_eq!(kinds(&other_word), [SecretKind::SeedPhrase]);
    assert_eq!(
        kinds(&format!("my recovery phrase is {other_word}")),
        [SecretKind::SeedPhrase]
    );
    // A word that is in no list, but one slip away from one that is.
    for slip in ["sausge", "sausagee", "sasuage", "sausaga"] {
        let phrase = PHRASE.replace("sausage", slip);
        assert_eq!(kinds(&phrase), [SecretKind::SeedPhrase], "{phrase}");
        assert_eq!(
            kinds(&format!("why is it invalid\n{phrase}")),
            [SecretKind::SeedPhrase]
        );
        assert!(!redact(&phrase).text.contains("winner"));
    }
    // "barq" is "bar" with a letter too many, and short for the French "barque".
    let between_languages = "cancel above slush acoustic act acid ramp barq abandon abandon abandon above";
    assert_eq!(kinds(between_languages), [SecretKind::SeedPhrase]);
    assert_eq!(
        kinds(&PHRASE.replace("sausage", "qqqqq")),
        [],
        "eleven words around nothing"
    );
    assert_eq!(
        kinds(&format!("seed: {}", PHRASE.replace("sausage", "qqqqq"))),
        [SecretKind::SeedPhrase]
    );
}

#[test]
fn a_chant_of_one_word_is_no_phrase() {
    assert_eq!(kinds(&"moon ".repeat(14)), []);
    assert_eq!(kinds(&"gas fee ".repeat(9)), []);
}

/// Sentences of the Universal Declaration of Human Rights and such talk as a server hears, in all the lists' languages
/// and some others.
const PROSE: [&str; 24] = [
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.",
    "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.",
    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.",
    "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
    "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência, devem agir uns para com os outros em espírito de fraternidade.",
    "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají spolu jednat v duchu bratrství.",
    "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。",
    "きょう は あさ から あめ が ふって いて とても さむい です ね みなさん は いかが おすごし ですか",
    "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다.",
    "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。",
    "我的钱包今天打不开了，请问大家有没有遇到同样的问题，客服到现在还没有回复我",
    "千万不要把助记词告诉任何人，包括自称客服的人，我们的工作人员不会主动联系你",
    "請問一下這個交易為什麼一直卡住，我已經等了三個小時了還沒有到帳，有人可以幫忙看一下嗎",
    "我 们 今 天 一 起 去 吃 饭 吧 好 不 好",
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
    "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.",
    "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
    "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền. Mọi con người đều được tạo hóa ban cho lý trí và lương tâm.",
    "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama. Mereka dikaruniai akal dan hati nurani dan hendaknya bergaul satu sama lain dalam semangat persaudaraan.",
    "hola, buenas tardes, alguien sabe por qué la red está tan lenta hoy? mandé una transferencia hace dos horas y todavía no llega",
    "bom dia pessoal, alguém mais com problema para conectar a carteira no site novo? já limpei o cache e nada",
    "ciao a tutti, qualcuno mi sa dire quando riapre il ponte? ieri ho provato a spostare i fondi ma la pagina non carica",
    "dobrý den, nevíte někdo, proč mi nejde připojit peněženka? zkoušel jsem to už třikrát a pořád nic",
];

#[test]
fn prose_of_every_language_is_left_alone() {
    for text in PROSE {
        assert_eq!(find(text), [], "{text}");
        let plain: String = text
            .nfkd()
            .filter(|c| !matches!(*c as u32, 0x300..=0x36f))
            .collect();
        assert_eq!(find(&plain), [], "{plain}");
    }
    for pair in PROSE.windows(2) {
        let joined = pair.join(" ");
        assert_eq!(find(&joined), [], "{joined}");
    }
}

#[test]
fn every_published_japanese_vector_is_found() {
    let Some(file) = shared_file("vectors/bip39_trezor_vectors.json") else {
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&file).unwrap();
    for (language, vectors) in vectors.as_object().unwrap() {
        for vector in vectors.as_array().unwrap() {
            let phrase = vector[1].as_str().unwrap();
            // What is one chanted word without accents of its own is caught by its checksum.
            assert_eq!(kinds(phrase), [SecretKind::SeedPhrase], "{language}: {phrase}");
        }
    }
}

/// Prose to stand around a secret; it holds no list word at its ends.
fn around() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(""),
        Just("hi, is this right: "),
        Just("it says 'error' >>> "),
        Just("(see below)\n"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_phrase_of_any_language_and_length_is_found_in_any_layout(
        language in prop::sample::select(&LANGUAGES[..]),
        entropy in prop::collection::vec(any::<u8>(), 32),
        length in prop::sample::select(&[16_usize, 20, 24, 28, 32][..]),
        layout in 0..14_usize,
        before in around(),
        after in around(),
    ) {
        let words = words_of(language, &entropy[..length]);
        let phrase = &layouts(&words)[layout];
        let text = format!("{before}{phrase} .{after}");
        let redacted = redact(&text);
        prop_assert_eq!(redacted.text.len(), text.len());
        prop_assert!(!redacted.found.is_empty(), "{}", text);
        let left = redacted.text.replace(before, "").replace(after, "");
        if !is_chinese(language) {
            let tells = |word: &&&str| word.chars().count() > 3 && !"seed phrase removed".contains(**word);
            for word in words.iter().filter(tells) {
                prop_assert!(!left.contains(word), "{} in {}", word, left);
            }
        }
    }

    #[test]
    fn a_phrase_with_one_letter_wrong_is_found(
        entropy in prop::array::uniform16(any::<u8>()),
        slip in 1..11_usize,
    ) {
        let words = words_of(Language::English, &entropy);
        let mut mistyped: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        mistyped[slip].push('q');
        let text = mistyped.join(" ");
        let mut different = words.clone();
        different.remove(slip);
        different.sort_unstable();
        different.dedup();
        prop_assume!(different.len() >= 8);
        prop_assert_eq!(kinds(&text), [SecretKind::SeedPhrase], "{}", text);
    }

    #[test]
    fn prose_is_left_alone_in_any_order_of_its_sentences(order in prop::collection::vec(0..PROSE.len(), 1..6)) {
        let text = order.iter().map(|at| PROSE[*at]).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(find(&text), []);
    }
}
