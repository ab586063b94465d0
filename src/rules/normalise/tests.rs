//! Disguises and what they become; spans that lead back to the text as given.

use proptest::prelude::*;

use super::deep::Depths;
use super::hints::hints;
use super::plain::{read, read_mapped};
use super::{Reading, Traits};

fn plain(text: &str) -> String {
    let mut reading = Reading::default();
    read(text, &mut reading);
    String::from_utf8_lossy(&reading.bytes).trim().to_owned()
}

fn joined(text: &str) -> String {
    let mut reading = Reading::default();
    let traits = read(text, &mut reading);
    let mut depths = Depths::default();
    depths.read(text, &hints(text, traits));
    let deepest = if depths.joined.bytes.is_empty() {
        &depths.deep
    } else {
        &depths.joined
    };
    String::from_utf8_lossy(&deepest.bytes).trim().to_owned()
}

#[test]
fn every_disguise_of_a_letter_reads_as_the_letter() {
    for written in [
        "seed phrase",
        "SEED   Phrase!!",
        "s33d phr4s3",
        "seed-phrase",
        "s\u{200b}eed phr\u{200b}ase",
        "se\u{ad}ed phr\u{ad}ase",
        "s\u{2062}eed phr\u{2068}ase",
        "seed\u{2800}phrase",
        "ѕееd рhrаѕе",
        "𝘀𝗲𝗲𝗱 𝗽𝗵𝗿𝗮𝘀𝗲",
        "ｓｅｅｄ ｐｈｒａｓｅ",
        "ꜱᴇᴇᴅ ᴘʜʀᴀꜱᴇ",
        "ⓢⓔⓔⓓ ⓟⓗⓡⓐⓢⓔ",
        "s\u{335}e\u{335}e\u{335}d\u{335} phrase",
        "🇸🇪🇪🇩 phrase",
        "séed phråse",
    ] {
        assert_eq!(plain(written), plain("seed phrase"), "{written}");
    }
}

#[test]
fn a_currency_sign_is_a_letter_only_where_it_touches_one() {
    assert_eq!(plain("0P£N-A-TlCk£T"), plain("open a ticket"));
    assert_eq!(plain("£ 50"), plain("50"));
}

#[test]
fn markdown_symbols_and_direction_are_undone_inside_words() {
    for written in [
        "s**e**ed p__hr__ase",
        "||s||eed phr~~a~~se",
        "$eed phra$e",
        "\u{202e}esarhp dees\u{202c}",
        "s e e d  p h r a s e",
        "s.e.e.d   p.h.r.a.s.e",
    ] {
        assert_eq!(joined(written), plain("seed phrase"), "{written}");
    }
    assert_eq!(joined("seed_phrase and a|b"), plain("seed phrase and aib"));
}

#[test]
fn words_cut_over_quoted_lines_are_joined_and_other_lines_stay_apart() {
    assert_eq!(
        joined("hello\n> se\n> ed phr\n> ase\nbye"),
        plain("hello seed phrase bye")
    );
}

#[test]
fn ordinary_messages_give_no_hint() {
    for written in [
        "gm everyone, how is it going?",
        "I paid $50 (again!) for that :)",
        "snake_case_name = 3 * 4 + x",
        "> someone said this is a longer quoted line\n> and it goes on for a while\n> like that",
        "a b c",
        "ok\nyes\nno",
        "👨‍👩‍👧‍👦 gm",
        "می‌خواهم کمک بگیرم",
    ] {
        let mut reading = Reading::default();
        let traits = read(written, &mut reading);
        assert!(!hints(written, traits).any(), "{written}");
        assert!(!traits.any(Traits::HIDDEN | Traits::MIXED), "{written}");
    }
}

#[test]
fn an_invisible_character_counts_as_hidden_only_between_latin_letters() {
    let traits = |text: &str| read(text, &mut Reading::default());
    assert!(traits("s\u{200b}eed").any(Traits::HIDDEN));
    assert!(!traits("hi \u{200b}there").any(Traits::HIDDEN));
    assert!(traits("pаypal").any(Traits::MIXED));
    assert!(!traits("Привет paypal").any(Traits::MIXED));
}

proptest! {
    #[test]
    fn every_reading_leads_back_to_character_boundaries(text in "\\PC{0,60}|[a-z*_|$@!> \\n\u{202e}\u{202c}\u{200b}а-яé𝐚]{0,60}") {
        let mut unmapped = Reading::default();
        let traits = read(&text, &mut unmapped);
        let mut mapped = Reading::default();
        read_mapped(&text, &mut mapped);
        prop_assert_eq!(&unmapped.bytes, &mapped.bytes);
        let mut depths = Depths::default();
        let hints = hints(&text, traits);
        depths.read(&text, &hints);
        depths.clean(&text, &hints);
        for reading in [&mapped, &depths.deep, &depths.joined, &depths.cleaned] {
            prop_assert_eq!(reading.bytes.len(), reading.starts.len());
            prop_assert_eq!(reading.bytes.len(), reading.ends.len());
            for (start, end) in reading.starts.iter().zip(&reading.ends) {
                prop_assert!(text.is_char_boundary(*start as usize) && text.is_char_boundary(*end as usize));
                prop_assert!(start <= end);
            }
            let whole = reading.source(0..reading.bytes.len());
            prop_assert!(text.get(whole).is_some());
        }
        let mut skimmed = Depths::default();
        skimmed.skim(&text, &hints);
        prop_assert_eq!(&skimmed.deep.bytes, &depths.deep.bytes);
        prop_assert_eq!(&skimmed.joined.bytes, &depths.joined.bytes);
    }

    #[test]
    fn reading_twice_changes_nothing(text in "[ -~]{0,60}") {
        let once = plain(&text);
        prop_assert_eq!(plain(&once), once);
    }
}
