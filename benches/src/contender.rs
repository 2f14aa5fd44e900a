use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// One program's way to the answer, ready to be run many times over.
pub struct Contender {
    name: &'static str,
    is_right: bool,
    calls_per_pass: usize,
    passes: Box<dyn FnMut(u64)>,
}

impl Contender {
    /// Each pass is a call for every input. `is_right`: are the answers ours?
    pub(crate) fn new<I: 'static>(
        name: &'static str,
        is_right: bool,
        inputs: &'static [I],
        mut call: impl FnMut(&I) + 'static,
    ) -> Self {
        let calls_per_pass = inputs.len();
        let passes = Box::new(move |count| {
            for _ in 0..count {
                for input in inputs {
                    call(black_box(input));
                }
            }
        });
        Self { name, is_right, calls_per_pass, passes }
    }

    /// The same for inputs that stand beside their answers.
    pub(crate) fn answering<I: 'static, T: PartialEq + 'static>(
        name: &'static str,
        inputs: &'static [(I, T)],
        call: impl Fn(&I) -> T + 'static,
    ) -> Self {
        let is_right = inputs.iter().all(|(input, answer)| call(input) == *answer);
        Self::new(name, is_right, inputs, move |(input, _)| {
            black_box(call(input));
        })
    }

    /// Whose way it is.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Is its answer ours?
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.is_right
    }

    /// How many calls are in one pass.
    #[must_use]
    pub const fn calls_per_pass(&self) -> usize {
        self.calls_per_pass
    }

    /// Runs without a clock, for counting instructions.
    pub fn run(&mut self, passes: u64) {
        (self.passes)(passes);
    }

    /// Runs and tells how long it took.
    pub fn time(&mut self, passes: u64) -> Duration {
        let start = Instant::now();
        self.run(passes);
        start.elapsed()
    }

    /// Runs and tells how long one call took.
    pub fn nanoseconds(&mut self, passes: u64) -> f64 {
        let calls = passes as f64 * self.calls_per_pass as f64;
        self.time(passes).as_secs_f64() * 1e9 / calls
    }

    /// How many passes fill this much time.
    pub fn passes_in(&mut self, time: Duration) -> u64 {
        let mut passes = 1;
        while self.time(passes) < time / 4 {
            passes *= 2;
        }
        let one = self.time(passes).as_secs_f64() / passes as f64;
        ((time.as_secs_f64() / one) as u64).max(1)
    }
}

impl fmt::Debug for Contender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Contender").field("name", &self.name).finish_non_exhaustive()
    }
}
