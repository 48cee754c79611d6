//! The rounds of `watch` as a story drives them: back to back with a stepped clock, or the real thing.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Week;

/// A running `rounds` or `watch`, and everything it has said.
pub struct Rounds {
    child: Child,
    asks: Option<ChildStdin>,
    said: Arc<Mutex<Vec<String>>>,
    /// Lines a story has looked at already.
    seen: usize,
}

impl Rounds {
    /// `rounds`, whose clock stands at `now` until it is asked for a round.
    pub fn stepped(week: &Week, now: &str) -> Rounds {
        let mut rounds = Rounds::start(week, &["--now", now, "rounds"], Stdio::piped());
        rounds.asks = rounds.child.stdin.take();
        rounds
    }

    /// The real `watch` with its own clock.
    pub fn watching(week: &Week, every: u32) -> Rounds {
        Rounds::start(week, &["watch", "--every", &every.to_string()], Stdio::null())
    }

    /// The real `watch` with a rehearsal's clock, which goes on from `now`.
    pub fn rehearsed(week: &Week, now: &str, every: u32) -> Rounds {
        Rounds::start(week, &["--now", now, "watch", "--every", &every.to_string()], Stdio::null())
    }

    fn start(week: &Week, args: &[&str], input: Stdio) -> Rounds {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let config = week.root().join("config.toml");
        let child = Command::new(env!("CARGO_BIN_EXE_panelclerk"))
            .arg("--config")
            .arg(config)
            .args(args)
            .env_clear()
            .stdin(input)
            .stdout(writer.try_clone().expect("a pipe"))
            .stderr(writer)
            .spawn()
            .expect("the program starts");
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                heard.lock().expect("nobody panics with it").push(line);
            }
        });
        Rounds { child, asks: None, said, seen: 0 }
    }

    /// Everything it has said so far.
    pub fn heard(&self) -> Vec<String> {
        self.said.lock().expect("nobody panics with it").clone()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Has so many rounds done, so many seconds apart; gives what was said in them and how many casebooks were drawn.
    #[track_caller]
    pub fn go(&mut self, rounds: u32, seconds: u32) -> (Vec<String>, u32) {
        let asks = self.asks.as_mut().expect("only stepped rounds can be asked for");
        writeln!(asks, "{rounds} {seconds}").expect("it listens");
        let end = format!("{rounds} rounds, ");
        let mut said = self.until(Duration::from_hours(1), |line| line.starts_with(&end));
        let drawn = said.pop().and_then(|line| line.strip_prefix(&end)?.split(' ').next()?.parse().ok());
        (said, drawn.expect("the number of casebooks"))
    }

    /// What is said until a line is as wanted, that line included.
    #[track_caller]
    pub fn until(&mut self, long: Duration, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let fresh = self.said.lock().expect("nobody panics with it")[self.seen..].to_vec();
            if let Some(at) = fresh.iter().position(|line| wanted(line)) {
                self.seen += at + 1;
                return fresh[..=at].to_vec();
            }
            let ended = self.child.try_wait().expect("it is our child");
            assert!(ended.is_none(), "it ended: {ended:?}\n{}", fresh.join("\n"));
            assert!(begun.elapsed() < long, "never said; said were only\n{}", fresh.join("\n"));
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Rounds {
    fn drop(&mut self) {
        drop(self.asks.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
