//! What it costs to read a text in letter classes, against others who undo disguises: `icu_normalizer`'s NFKC, which undoes far less, and
//! `decancer::cure!`, which undoes about as much.

#[expect(dead_code, reason = "each benchmark uses its part")]
mod measure;

use icu_normalizer::ComposingNormalizer;
use measure::{ALL, Contender, race, ratio, texts};
use nightdesk::rules::normalise::{Reading, plain};

fn main() {
    if !measure::is_optimised("fold") {
        return;
    }
    let Some(all) = texts(&ALL) else {
        return;
    };
    for (name, ascii) in [("ASCII", true), ("beyond ASCII", false)] {
        let messages: Vec<&str> = all
            .iter()
            .map(String::as_str)
            .filter(|text| text.is_ascii() == ascii)
            .collect();
        println!("{} distinct messages, {name}", messages.len());
        let mut reading = Reading::default();
        let nfkc = ComposingNormalizer::new_nfkc();
        let mut contenders: [Contender<'_>; 4] = [
            measure::simdutf8(),
            (
                "nightdesk, plain reading",
                Box::new(|text| {
                    plain::read(text, &mut reading);
                    reading.bytes.len()
                }),
            ),
            (
                "icu_normalizer, NFKC",
                Box::new(|text| nfkc.normalize(text).len()),
            ),
            (
                "decancer::cure!",
                Box::new(|text| decancer::cure!(text).map_or(0, |cured| cured.len())),
            ),
        ];
        let best = race(&mut contenders, &messages);
        measure::print(&contenders, &best, &messages);
        println!(
            "{:.2} x the time of NFKC (aim beyond ASCII: at most 1.5), {:.1} x faster than cure! (aim: 20)\n",
            ratio(best[1], best[2]),
            ratio(best[3], best[1])
        );
    }
}
