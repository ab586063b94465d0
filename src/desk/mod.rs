//! The support desk: from a cry for help to a ticket that is answered.
