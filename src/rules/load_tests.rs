//! Rule files with mistakes in them: each is refused with its place and its reason.

use super::super::Ruleset;

/// A sound rule with this id and these further lines.
fn rule(id: &str, lines: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nwhy = \"w\"\ncategory = \"scam\"\nseverity = \"high\"\nstatus = \"stable\"\n\
         {lines}\n[rule.examples]\nmatch = [\"free nitro here\", \"fr33 n1tr0\", \"get Free-Nitro\"]\n\
         clean = [\"nitro is not free\", \"free\", \"nitro\"]\n"
    )
}

fn errors(sources: &[(&str, &str)]) -> Vec<String> {
    let errors = Ruleset::from_sources(sources)
        .expect_err("these rules are broken")
        .errors;
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn a_sound_rule_loads_and_says_where_it_stands() {
    let text = format!(
        "# a comment\n{}",
        rule("free-nitro", "phrases = [\"free nitro\"]")
    );
    let ruleset = Ruleset::from_sources(&[("gifts.toml", &text)]).expect("sound");
    let info = &ruleset.rules()[0];
    assert_eq!(
        (&*info.id, &*info.file, info.line, info.examples),
        ("free-nitro", "gifts.toml", 2, 6)
    );
}

#[test]
fn all_errors_of_all_files_are_told_at_once_with_file_and_line() {
    let one = rule("Bad Id", "phrases = [\"free nitro\"]")
        + rule("no-gate", "regexes = ['\\d{4}']\nphrases = [\"free nitro\"]").as_str();
    let two = rule("unknown-key", "phrazes = [\"free nitro\"]")
        + rule(
            "empty-match",
            "regexes = ['(nitro)?']\nphrases = [\"free nitro\"]",
        )
        .as_str();
    let errors = errors(&[("one.toml", &one), ("two.toml", &two)]);
    let has = |start: &str, part: &str| {
        assert!(
            errors
                .iter()
                .any(|error| error.starts_with(start) && error.contains(part)),
            "{start} {part}: {errors:#?}"
        );
    };
    has("one.toml:2:", "kebab-case");
    has("one.toml:19:", "no literal of three letters");
    has("two.toml:8:", "phrazes");
    has("two.toml:19:", "matches the empty text");
    assert_eq!(errors.len(), 4, "{errors:#?}");
}

#[test]
fn an_error_shows_the_line_with_a_caret() {
    let text = rule("short", "phrases = [\"ab\", \"free nitro\"]");
    let errors = Ruleset::from_sources(&[("one.toml", &text)]).expect_err("broken");
    insta::assert_snapshot!(errors.to_string(), @r#"
    one.toml:8:12: a phrase needs three letters or more, inside a group two; shorter ones are found everywhere
      |
    8 | phrases = ["ab", "free nitro"]
      |            ^^^^
    1 error in the rules
    "#);
}

#[test]
fn a_list_of_excuses_holds_for_every_rule_that_names_it() {
    let told = |list: &str| {
        let named =
            "phrases = [\"free nitro\"]\nunless_regexes = ['@lists/warnings.txt', '@(mee6|carl)\\w*']";
        Ruleset::from_sources(&[
            ("one.toml", &rule("one", named)),
            ("two.toml", &rule("two", named)),
            ("lists/warnings.txt", list),
        ])
    };
    let ruleset = told("# a comment\n\\bbeware\\b.{0,40}\n").expect("sound");
    let found = |text: &str| {
        let example = super::super::Example {
            text: text.to_owned(),
            ..super::super::Example::default()
        };
        let verdict = ruleset.try_example(&example, &mut super::super::Scratch::new());
        verdict.findings.len()
    };
    assert_eq!((found("free nitro!"), found("beware of free nitro")), (2, 0));
    let errors = told("fine.{0,9}\nbroken (\n").expect_err("a mistake in the list");
    let errors = errors.to_string();
    assert!(
        errors.contains("lists/warnings.txt:2:1: not a regular expression"),
        "{errors}"
    );
}

#[test]
fn an_excuse_without_an_end_is_refused_and_a_long_one_is_not() {
    let lines = |excuse: &str| format!("phrases = [\"free nitro\"]\nunless_regexes = ['{excuse}']");
    for excuse in [
        r"\bscam\b.*",
        r".{0,300}\bscam\b.{0,300}",
        r"[^.]+scam",
        r"(no |not )*scam",
    ] {
        let errors = errors(&[("one.toml", &rule("one", &lines(excuse)))]);
        assert!(
            matches!(errors.as_slice(), [error] if error.contains("more than 400 characters")),
            "{excuse}: {errors:?}"
        );
    }
    for excuse in [
        r".{0,240}\b(scamm\w+|phish\w*)\b.{0,60}",
        r".{0,200}мошенн\w*.{0,120}",
        r"[^.!?\n]{0,150}scam",
    ] {
        let text = rule("one", &lines(excuse));
        assert!(Ruleset::from_sources(&[("one.toml", &text)]).is_ok(), "{excuse}");
    }
}

#[test]
fn a_pattern_that_would_match_everything_is_refused() {
    for lines in [
        "phrases = [\"\"]",
        "phrases = [\"..\"]",
        "phrases = [\"a\"]",
        "regexes = ['.*']",
        "regexes = ['']",
        "regexes = ['\\w+']",
        "regexes = ['(a|b)c']",
        "regexes = ['free (']",
        "domains = [\"https://a.example/x\"]",
        "lookalikes = [\"abc.example\"]",
        "signals = [\"no-such-signal\"]",
        "weight = 0\nphrases = [\"free nitro\"]",
        "places = []\nphrases = [\"free nitro\"]",
        "domains = [\"@lists/absent.txt\"]",
        "all = [{ of = [{ phrases = [\"free nitro\"] }] }]",
        "any = [{ at_least = 3, of = [{ phrases = [\"free\"] }, { phrases = [\"nitro\"] }] }]",
        "all = [{ of = [{ phrases = [\"free nitro\"] }, {}] }]",
        "",
    ] {
        let errors = errors(&[("one.toml", &rule("broken", lines))]);
        assert!(!errors.is_empty(), "{lines}");
    }
}

#[test]
fn an_id_is_never_used_twice() {
    let one = rule("free-nitro", "phrases = [\"free nitro\"]");
    let errors = errors(&[("a.toml", &one), ("b.toml", &one)]);
    assert!(
        errors[0].contains("b.toml:2:6: the id `free-nitro` is taken: a.toml:1"),
        "{errors:?}"
    );
}

#[test]
fn examples_that_are_not_true_or_too_few_are_refused() {
    let text = rule("free-nitro", "phrases = [\"free nitro\"]")
        .replace("\"nitro is not free\"", "\"really free nitro\"")
        .replace("\"get Free-Nitro\"", "\"get some nitro\"");
    let wrong = errors(&[("a.toml", &text)]);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    let few = rule("free-nitro", "phrases = [\"free nitro\"]").replace(", \"get Free-Nitro\"", "");
    assert!(errors(&[("a.toml", &few)])[0].contains("at least 3 examples under `match` and has 2"));
    let plain = rule("free-nitro", "phrases = [\"free nitro\"]").replace("fr33 n1tr0", "free nitro!");
    assert!(errors(&[("a.toml", &plain)])[0].contains("none of the examples under `match` is disguised"));
}

#[test]
fn a_known_miss_that_matches_by_now_must_move() {
    let known = "known_miss = [\"free nitro\"]\nknown_false_alarm = [\"nothing\"]\n";
    let text = rule("free-nitro", "phrases = [\"free nitro\"]") + known;
    let errors = errors(&[("a.toml", &text)]);
    assert!(errors[0].contains("move it from `known_miss`"), "{errors:?}");
    assert!(
        errors[1].contains("move it from `known_false_alarm`"),
        "{errors:?}"
    );
}

#[test]
fn thresholds_come_from_the_policy_and_the_rest_of_it_is_left_alone() {
    let sound = rule("free-nitro", "phrases = [\"free nitro\"]");
    let policy = "[thresholds]\nsuspicious = 10\nscam = 20\n[[whatever]]\nelse = 1\n";
    let ruleset = Ruleset::from_sources(&[("a.toml", &sound), ("policy.toml", policy)]).expect("sound");
    assert_eq!(
        (ruleset.thresholds().suspicious, ruleset.thresholds().scam),
        (10, 20)
    );
    let errors = errors(&[
        ("a.toml", &sound),
        ("policy.toml", "[thresholds]\nsuspicious = 50\nscam = 20\n"),
    ]);
    assert!(errors[0].starts_with("policy.toml:1:1:"), "{errors:?}");
}

#[test]
fn a_change_of_any_file_changes_the_fingerprint() {
    let one = rule("free-nitro", "phrases = [\"free nitro\"]");
    let load = |text: &str| {
        Ruleset::from_sources(&[("a.toml", text)])
            .expect("sound")
            .fingerprint()
    };
    assert_eq!(load(&one), load(&one));
    assert_ne!(load(&one), load(&format!("{one}\n# note\n")));
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let errors = errors(&[("a.toml", "[[rule]]\nid = \"x\ntitle = 3\n")]);
    assert!(errors[0].starts_with("a.toml:2:"), "{errors:?}");
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_loader(text in "\\PC{0,80}|(\\[\\[rule\\]\\]\n|id = |\"a\"\n|phrases = |\\[|\\]|\\{|\\}|'|\\(|[a-z]+\n){0,20}") {
        let _ = Ruleset::from_sources(&[("a.toml", &text), ("policy.toml", &text)]);
    }
}
