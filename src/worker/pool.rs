//! The pool: so many workers, each kept by a thread of ours that hires, asks and replaces it.
//!
//! Locking: the queue of jobs is shared; each worker belongs to one thread. `ask` may be called from any thread.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::clock::Stopwatch;
use crate::worker::error::WorkerError;
use crate::worker::files::Files;
use crate::worker::hire::Hired;
use crate::worker::serve::{DONE, REFUSED, SPENT};
use crate::worker::terms::Terms;
use crate::worker::work::Work;

pub use crate::worker::hire::Program;

/// Long-lived worker processes, started when first needed and ended when the pool is dropped.
#[derive(Debug)]
pub struct Pool {
    queue: Option<Sender<Errand>>,
    keepers: Vec<JoinHandle<()>>,
}

/// What came back: the answer, and the files the job wrote, which are removed when dropped.
#[derive(Debug)]
pub struct Answered<A> {
    pub answer: A,
    pub files: Files,
}

/// An answer as the worker gave it, with its files.
type Raw = Result<(Vec<u8>, Files), WorkerError>;

/// A job on its way to a worker.
#[derive(Debug)]
struct Order {
    name: &'static str,
    /// Hundredths of the time one job may take.
    share: u64,
    job: Vec<u8>,
    given: BTreeSet<PathBuf>,
}

#[derive(Debug)]
enum Errand {
    Job { order: Order, reply: Sender<Raw> },
    Gaps { reply: Sender<Result<Vec<String>, WorkerError>> },
}

/// What a keeper needs to keep a worker.
#[derive(Debug, Clone)]
struct Post {
    program: Program,
    terms: Terms,
    workplace: PathBuf,
}

impl Pool {
    /// A pool of `workers` running `program`, their folders under `workplace`, on the disk where the answers will be kept.
    pub fn new(program: Program, terms: Terms, workers: usize, workplace: &Path) -> Self {
        let (queue, errands) = channel();
        let errands = Arc::new(Mutex::new(errands));
        let post = Post { program, terms, workplace: workplace.to_owned() };
        let keepers = (0..workers.max(1))
            .map(|_| {
                let (post, errands) = (post.clone(), Arc::clone(&errands));
                thread::spawn(move || keep(&post, &errands))
            })
            .collect();
        Pool { queue: Some(queue), keepers }
    }

    /// Has one job done, waiting for it. A worker that dies is replaced and the job tried once more.
    pub fn ask<W: Work>(&self, job: &W) -> Result<Answered<W::Answer>, WorkerError> {
        let (share, given) = (job.share(), job.given().into_iter().collect());
        let job = serde_json::to_vec(job).map_err(|error| WorkerError::Refused(error.to_string()))?;
        let order = Order { name: W::NAME, share, job, given };
        let (answer, files) = self.send(|reply| Errand::Job { order, reply })?;
        let answer = serde_json::from_slice(&answer)
            .map_err(|error| WorkerError::Died { how: format!("unreadable answer: {error}") })?;
        Ok(Answered { answer, files })
    }

    /// What this system cannot enforce on a worker, in words; empty where everything holds.
    pub fn gaps(&self) -> Result<Vec<String>, WorkerError> {
        self.send(|reply| Errand::Gaps { reply })
    }

    fn send<T>(
        &self,
        errand: impl FnOnce(Sender<Result<T, WorkerError>>) -> Errand,
    ) -> Result<T, WorkerError> {
        let closed = || WorkerError::Unavailable("the pool is closed".to_owned());
        let (reply, answer) = channel();
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(errand(reply)).map_err(|_| closed())?;
        answer.recv().map_err(|_| closed())?
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue = None;
        for keeper in self.keepers.drain(..) {
            let _ = keeper.join();
        }
    }
}

/// Takes errands until the pool is dropped.
fn keep(post: &Post, errands: &Mutex<Receiver<Errand>>) {
    let mut worker = None;
    loop {
        // A poisoned queue is still a queue: nothing is half done while it is held.
        let errand = errands.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match errand {
            Ok(Errand::Job { order, reply }) => {
                let watch = Stopwatch::start();
                let fresh = worker.as_ref().is_none_or(|worker: &Hired| worker.jobs_done == 0);
                let mut done = post.run(&mut worker, &order, order.share);
                // A fresh worker's limits would be met again; one that had worked before may have been full already.
                let again = |error: &WorkerError| error.worth_another_try(fresh);
                if done.as_ref().is_err_and(again) {
                    // Both tries together get the time of one.
                    let left =
                        watch.hundredths_left(post.terms.seconds).saturating_sub(100 - order.share.min(100));
                    if 0 < left {
                        done = post.run(&mut worker, &order, left);
                    }
                }
                // Nobody waiting for the answer is no reason to stop.
                let _ = reply.send(done);
            }
            Ok(Errand::Gaps { reply }) => {
                let _ = reply.send(post.ready(&mut worker).map(|worker| worker.gaps.clone()));
            }
            Err(_) => return,
        }
    }
}

impl Post {
    /// One try. The worker is kept only when it can take another job.
    fn run(&self, kept: &mut Option<Hired>, order: &Order, share: u64) -> Raw {
        let worker = self.ready(kept)?;
        // The worker was hired for the whole time; this job gets its share of it.
        let seconds = (self.terms.seconds * share / 100).max(1);
        let terms = Terms { seconds, ..self.terms.clone() };
        let answer = worker.ask(order.name, &order.job, &order.given, &terms);
        let spent = worker.jobs_done >= self.terms.jobs;
        let (mut answer, files) = answer.inspect_err(|_| *kept = None)?;
        if spent {
            *kept = None;
        }
        let tag = if answer.is_empty() { u8::MAX } else { answer.remove(0) };
        if tag & SPENT != 0 {
            *kept = None;
        }
        match tag & !SPENT {
            DONE => Ok((answer, files)),
            REFUSED => Err(WorkerError::Refused(String::from_utf8_lossy(&answer).into_owned())),
            _ => {
                *kept = None;
                Err(WorkerError::Died { how: "a fault in the reader".to_owned() })
            }
        }
    }

    /// The worker, hired now if there is none.
    fn ready<'a>(&self, kept: &'a mut Option<Hired>) -> Result<&'a mut Hired, WorkerError> {
        if kept.is_none() {
            // Somebody may have cleared it away; where it cannot be made, hiring says why.
            let _ = std::fs::create_dir_all(&self.workplace);
            *kept = Some(Hired::start(&self.program, &self.terms, &self.workplace)?);
        }
        kept.as_mut().ok_or_else(|| WorkerError::Unavailable("no worker".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use serde::{Deserialize, Serialize};
    use tempfile::TempDir;

    use super::*;
    use crate::worker::given;
    use crate::worker::serve::Hands;

    /// Everything a hostile paper might make a reader do.
    #[derive(Debug, Serialize, Deserialize)]
    enum Deed {
        Echo(String),
        Sleep(u64),
        Eat,
        Recurse,
        Abort,
        Panic,
        Refuse,
        Write(u64),
        Read(PathBuf),
        Given(PathBuf),
        NotGiven(PathBuf),
        Create(PathBuf),
        Connect(u16),
        Run(PathBuf),
        AbortWithout(PathBuf),
    }

    impl Work for Deed {
        const NAME: &'static str = "deed";
        type Answer = String;

        fn given(&self) -> Vec<PathBuf> {
            match self {
                Deed::Given(path) | Deed::AbortWithout(path) => vec![path.clone()],
                _ => Vec::new(),
            }
        }

        fn carry_out(&self, out: &Path) -> Result<String, String> {
            let said = |error: std::io::Error| format!("{:?}", error.kind());
            match self {
                Deed::Given(path) | Deed::NotGiven(path) => {
                    return given::read(path).map(|bytes| bytes.len().to_string()).map_err(said);
                }
                Deed::Echo(text) => {
                    std::fs::File::create(out.join("1")).map_err(said)?;
                    println!("this must not garble the answer");
                    return Ok(text.clone());
                }
                Deed::Sleep(seconds) => thread::sleep(std::time::Duration::from_secs(*seconds)),
                Deed::Eat => return Ok(vec![1_u8; 3 << 30].len().to_string()),
                Deed::Recurse => return Ok(deeper(1).to_string()),
                Deed::Abort => std::process::abort(),
                Deed::Panic => panic!("on purpose"),
                Deed::Refuse => return Err("cannot".to_owned()),
                Deed::Write(megabytes) => {
                    let mut file = std::fs::File::create(out.join("big")).map_err(said)?;
                    for _ in 0..*megabytes {
                        std::io::Write::write_all(&mut file, &vec![0; 1 << 20]).map_err(said)?;
                    }
                }
                Deed::Read(path) => {
                    return std::fs::read(path).map(|bytes| bytes.len().to_string()).map_err(said);
                }
                Deed::Create(path) => drop(std::fs::File::create(path).map_err(said)?),
                Deed::Connect(port) => {
                    drop(std::net::TcpStream::connect(("127.0.0.1", *port)).map_err(said)?);
                }
                Deed::Run(path) => drop(std::process::Command::new(path).status().map_err(said)?),
                Deed::AbortWithout(path) => {
                    thread::sleep(std::time::Duration::from_millis(400));
                    if given::open(path).is_err() {
                        std::process::abort();
                    }
                }
            }
            Ok("done".to_owned())
        }
    }

    #[expect(unconditional_recursion, reason = "the test is that it does not end well")]
    fn deeper(depth: u64) -> u64 {
        let room = std::hint::black_box([depth; 512]);
        deeper(depth + 1) + room[0]
    }

    /// The test program itself, told to run only the test below, is the worker.
    #[test]
    #[ignore = "this is the worker process of the other tests"]
    fn worker_process() {
        Hands::default().able::<Deed>().serve().unwrap();
    }

    struct Yard {
        pool: Pool,
        workplace: TempDir,
        store: TempDir,
    }

    fn yard(workers: usize) -> Yard {
        let (workplace, store) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let arguments = [
            "--exact",
            "worker::pool::tests::worker_process",
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ];
        let program =
            Program { path: std::env::current_exe().unwrap(), arguments: arguments.map(Into::into).to_vec() };
        let mut terms = Terms::reading(512, 3, vec![store.path().join("faces")]);
        terms.output_mb = 8;
        let pool = Pool::new(program, terms, workers, workplace.path());
        Yard { pool, workplace, store }
    }

    fn outcome(yard: &Yard, deed: &Deed) -> Result<String, WorkerError> {
        yard.pool.ask(deed).map(|answered| answered.answer)
    }

    #[test]
    fn an_answer_comes_back_with_its_files() {
        let yard = yard(1);
        let answered = yard.pool.ask(&Deed::Echo("hello".to_owned())).unwrap();
        assert_eq!(answered.answer, "hello");
        assert_eq!(answered.files.read(1).unwrap(), b"");
        assert!(answered.files.read(2).is_err());
        assert_eq!(outcome(&yard, &Deed::Refuse), Err(WorkerError::Refused("cannot".to_owned())));
        drop(answered);
        let Yard { pool, workplace, .. } = yard;
        drop(pool);
        assert_eq!(
            std::fs::read_dir(workplace.path()).unwrap().count(),
            1,
            "nothing but the lock is left behind"
        );
    }

    #[test]
    fn a_worker_that_dies_costs_one_job_and_says_why() {
        let yard = yard(1);
        assert_eq!(outcome(&yard, &Deed::Eat), Err(WorkerError::OutOfMemory { megabytes: 512 }));
        assert_eq!(outcome(&yard, &Deed::Recurse), Err(WorkerError::TooDeep));
        assert_eq!(outcome(&yard, &Deed::Write(20)), Err(WorkerError::TooMuch { megabytes: 8 }));
        assert!(matches!(outcome(&yard, &Deed::Abort), Err(WorkerError::Died { .. })));
        assert!(matches!(outcome(&yard, &Deed::Panic), Err(WorkerError::Died { .. })));
        assert_eq!(outcome(&yard, &Deed::Sleep(60)), Err(WorkerError::TooSlow { seconds: 3 }));
        assert_eq!(outcome(&yard, &Deed::Echo("still here".to_owned())).unwrap(), "still here");
    }

    #[test]
    fn a_job_whose_worker_died_is_tried_once_more() {
        let yard = yard(1);
        yard.pool.gaps().unwrap();
        let first = folders(&yard);
        let mark = yard.store.path().join("mark");
        thread::scope(|scope| {
            let asked = scope.spawn(|| outcome(&yard, &Deed::AbortWithout(mark.clone())));
            while folders(&yard) == first {
                thread::sleep(std::time::Duration::from_millis(5));
            }
            std::fs::File::create(&mark).unwrap();
            assert_eq!(asked.join().unwrap().unwrap(), "done");
        });
    }

    /// The names of the workers' folders.
    fn folders(yard: &Yard) -> Vec<std::ffi::OsString> {
        let folders = std::fs::read_dir(yard.workplace.path()).unwrap();
        folders.map(|folder| folder.unwrap().file_name()).collect()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_worker_sees_the_store_and_nothing_else() {
        let yard = yard(1);
        let gaps = yard.pool.gaps().unwrap();
        if !gaps.is_empty() {
            println!("skipped: needs a kernel with Landlock and seccomp: {gaps:?}");
            return;
        }
        let blob = yard.store.path().join("blob");
        std::fs::File::create(&blob).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let denied = Err(WorkerError::Refused("PermissionDenied".to_owned()));
        assert_eq!(outcome(&yard, &Deed::Read(blob.clone())), denied, "another child's content");
        assert_eq!(outcome(&yard, &Deed::NotGiven(blob.clone())), denied);
        assert_eq!(outcome(&yard, &Deed::Given(blob.clone())).unwrap(), "0");
        assert_eq!(outcome(&yard, &Deed::Read("/etc/hostname".into())), denied);
        assert_eq!(outcome(&yard, &Deed::Create(blob)), denied);
        assert_eq!(outcome(&yard, &Deed::Create(yard.workplace.path().join("x"))), denied);
        assert_eq!(outcome(&yard, &Deed::Connect(port)), denied);
        assert_eq!(outcome(&yard, &Deed::Run("/bin/true".into())), denied);
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "nobody called");
    }

    #[test]
    fn many_threads_share_the_workers() {
        let yard = yard(2);
        thread::scope(|scope| {
            for number in 0..8 {
                let yard = &yard;
                scope.spawn(move || {
                    let text = number.to_string();
                    assert_eq!(outcome(yard, &Deed::Echo(text.clone())).unwrap(), text);
                });
            }
        });
    }
}
