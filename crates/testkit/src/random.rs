//! Random steps that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// `SplitMix64`: small, and the same everywhere.
#[derive(Clone, Debug)]
pub struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    /// From this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// From the seed in an environment variable, so that a run can be repeated, or from the time.
    #[expect(clippy::disallowed_methods, reason = "whoever repeats a run names its seed")]
    pub fn from_variable(name: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self::new(std::env::var(name).ok().and_then(|seed| seed.parse().ok()).unwrap_or(now))
    }

    /// What it began with; a failed test names it.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Another one, which begins with the next seed.
    #[must_use]
    pub const fn beside(&self, number: u64) -> Self {
        Self::new(self.seed.wrapping_add(number))
    }

    /// A whole number below `end`, which is at least 1.
    pub const fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From 0 up to 1.
    pub fn fraction(&mut self) -> f64 {
        let high = u32::try_from(self.next() >> 32).unwrap_or(u32::MAX);
        f64::from(high) / f64::from(u32::MAX)
    }

    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
