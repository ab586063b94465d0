//! What is drawn by lot.

/// Numbers that look like chance and are the same for the same seed (`SplitMix64`: G. Steele, D. Lea, C. Flood, Fast splittable
/// pseudorandom number generators, OOPSLA 2014).
pub struct Lots(u64);

impl Lots {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).expect("it is below a usize")
    }

    /// One time in so many.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them, if there are any.
    pub fn one_of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        let at = self.below(all.len());
        all.get(at)
    }

    /// One of these words.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.one_of(words).expect("there are words to choose from")
    }
}
