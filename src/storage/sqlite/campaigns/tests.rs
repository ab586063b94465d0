//! Nothing that is asked for each copy of a campaign reads the others, whatever it will have grown to: each step of each
//! statement is a look into an index, by as many columns as it takes to find only what is wanted.

use sqlx::Row;

use super::*;
use crate::storage::sqlite::cases::open::HISTORY;
use crate::storage::sqlite::effects::ending::ON_ITS_WAY;

/// The steps in which SQLite carries a statement out, without those that only go through a subquery.
async fn steps(store: &SqliteStore, statement: &str) -> Vec<String> {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let steps = sqlx::query(explain).fetch_all(&store.readers).await.unwrap();
    let details = steps.iter().map(|step| step.get::<String, _>("detail"));
    let of_tables = |step: &String| {
        let is_look = step.starts_with("SEARCH") || step.starts_with("SCAN");
        is_look && !step.starts_with("SCAN (subquery") && step != "SCAN CONSTANT ROW"
    };
    details.filter(of_tables).collect()
}

async fn store() -> (SqliteStore, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", directory.path().join("test.db").display());
    (SqliteStore::open(&url).await.unwrap(), directory)
}

#[tokio::test]
async fn a_copy_learns_of_its_campaign_by_indexes_however_many_copies_there_are() {
    let (store, _directory) = store().await;
    for statement in [
        joining::TO_COMPARE,
        joining::FACTS,
        joining::HARMLESS,
        joining::PUT_BACK,
        HISTORY,
        WANTED_OF,
        KNOWN_HERE,
        NOTE_IMAGE,
        NOTE_IMAGE_AGAIN,
        ON_ITS_WAY,
    ] {
        for step in steps(&store, statement).await {
            assert!(step.starts_with("SEARCH"), "{step} in {statement}");
        }
    }
    let of = async |statement, table| {
        let steps = steps(&store, statement).await.into_iter();
        steps.filter(|step| step.contains(table)).collect::<Vec<_>>()
    };
    assert_eq!(
        of(joining::TO_COMPARE, " f ").await,
        ["SEARCH f USING INDEX fingerprints_to_compare (guild=? AND latest>?)"],
        "leads only"
    );
    assert_eq!(
        of(joining::FACTS, "INDEX cases_").await,
        [
            "SEARCH copy USING COVERING INDEX cases_of_campaign (guild=? AND lead=? AND removes=? AND state=?)",
            "SEARCH copy USING COVERING INDEX cases_of_campaign \
             (guild=? AND lead=? AND removes=? AND state=? AND opened_at>?)",
            "SEARCH cases USING INDEX cases_that_tell (guild=? AND lead=?)",
            "SEARCH cases USING INDEX cases_that_tell (guild=? AND lead=? AND author=?)",
            "SEARCH cases USING INDEX cases_that_tell (guild=? AND lead=? AND author=?)",
        ],
        "the first one that fits, or as many as the limit says"
    );
    assert_eq!(
        of(HISTORY, " cases ").await,
        [
            "SEARCH cases USING INDEX cases_held_against (guild=? AND author=? AND lead<?)",
            "SEARCH cases USING INDEX cases_held_against (guild=? AND author=? AND lead>?)",
        ],
        "what the author posted in the same campaign is stepped over"
    );
    assert_eq!(
        of(ON_ITS_WAY, " effects ").await,
        ["SEARCH effects USING INDEX effects_under_way_of_case (guild=? AND case_id=?)"; 2],
        "the refreshes of an hour are done and out of the way"
    );
}

#[tokio::test]
async fn a_card_is_counted_from_an_index_and_no_row_of_a_case_is_read() {
    let (store, _directory) = store().await;
    let counting = steps(&store, summary::FIGURES).await;
    assert_eq!(
        counting[0],
        "SEARCH cases USING COVERING INDEX cases_of_campaign (guild=? AND lead=?)"
    );
    let pleas = steps(&store, pleas::PLEAS).await;
    assert_eq!(
        pleas[0],
        "SEARCH copy USING COVERING INDEX cases_of_campaign (guild=? AND lead=?)"
    );
    for step in pleas.iter().filter(|step| !step.starts_with("SCAN e")) {
        assert!(step.starts_with("SEARCH"), "{step}");
    }
    let troubled = steps(&store, TROUBLED).await;
    assert!(
        troubled[0].contains("INDEX effects_troubled_of_case (guild=? AND case_id=?)"),
        "{troubled:?}"
    );
}
