//! People: what members do through their own clients, with the permissions they have.
