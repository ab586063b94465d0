//! Makes a new file in `migrations/` rebuild the crate: the migrations are compiled in, and cargo does not know.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
