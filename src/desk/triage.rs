//! Which team a ticket probably needs. A suggestion by area alone, shown as such; an agent decides.
//!
//! Severity, clocks and paging are decided by people until the escalation matrix is data.

use crate::model::guild::Tier;
use crate::model::ticket::Area;

/// The team to suggest for a ticket of this area.
pub const fn suggested_team(area: Area) -> Tier {
    match area {
        Area::Funds | Area::ScamReport => Tier::Security,
        Area::Transaction => Tier::Engineering,
        Area::Account | Area::Other => Tier::L2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_money_and_scams_go_to_security_and_stuck_transactions_to_engineering() {
        assert_eq!(suggested_team(Area::Funds), Tier::Security);
        assert_eq!(suggested_team(Area::ScamReport), Tier::Security);
        assert_eq!(suggested_team(Area::Transaction), Tier::Engineering);
        assert_eq!(suggested_team(Area::Account), Tier::L2);
    }

    #[test]
    fn no_area_is_suggested_to_people_who_do_not_work_tickets() {
        assert!(
            Area::ALL
                .into_iter()
                .all(|area| suggested_team(area).works_tickets())
        );
    }
}
