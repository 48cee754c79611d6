//! Speaking to shared folders: list, stat, read, copy in, write, each by a helper process that may be given up on.
//!
//! A folder that does not answer costs whoever asks one deadline in each turn (`crate::share::keep`), and nobody else
//! anything. Deadlines count from the helper's last word, so that a large folder or file that is slow but answers is never
//! given up on. What lies in no shared folder is done at once, by the same code.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::clock::Clock;
use crate::share::deeds::Deeds;
use crate::share::fault::{Call, Piece, ShareError};
use crate::share::helper::Patience;
use crate::share::keep::Share;
use crate::share::listen::{Ear, Hint};
use crate::share::put::{Access, Readers};
use crate::share::wire::{Answer, CHUNK, FileFacts, Found, Hashed, Kind, Name, Request};
use crate::worker::pool::Program;

/// Something that lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: PathBuf,
    pub kind: Kind,
    /// None where they could not be asked for.
    pub facts: Option<FileFacts>,
}

/// The shared folders of a panel.
#[derive(Debug)]
pub struct Shares {
    folders: Vec<Share>,
    program: Option<Program>,
    silence: Duration,
    clock: Clock,
    stop: Arc<AtomicBool>,
}

impl Shares {
    /// The folders `roots`, each with a helper that is `program` with the folder as its last argument. A helper that says
    /// nothing for `silence` is given up on.
    pub fn open(roots: &[&Path], program: Program, silence: Duration, clock: Clock) -> Self {
        Shares {
            folders: roots.iter().map(|root| Share::at(root)).collect(),
            program: Some(program),
            silence,
            clock,
            stop: Arc::default(),
        }
    }

    /// No shared folders: whatever is asked is done at once.
    pub fn none() -> Self {
        Shares {
            folders: Vec::new(),
            program: None,
            silence: Duration::ZERO,
            clock: Clock::system(),
            stop: Arc::default(),
        }
    }

    /// Once `stop` is set nobody is waited for any longer than a moment.
    pub fn stop_with(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    /// A new turn: folders that did not answer in the last one are tried again, unless too many helpers are stuck in them.
    pub fn begin_turn(&self) {
        self.folders.iter().for_each(Share::begin_turn);
    }

    /// Tells of everything below `folder`, paths below it, folders before what is in them. Nothing is told twice; what was told
    /// before an error may not be all.
    pub fn walk(&self, folder: &Path) -> Result<Vec<Found>, ShareError> {
        self.listing("read", folder, Request::Walk { folder: folder.into() })
    }

    /// What lies in `folder`, in order of name.
    pub fn list(&self, folder: &Path) -> Result<Vec<Listed>, ShareError> {
        let found = self.listing("read", folder, Request::List { folder: folder.into() })?;
        let mut listed: Vec<Listed> = found
            .into_iter()
            .map(|one| match one {
                Found::Entry(name, kind, facts) => Listed { name: name.0, kind, facts: facts.ok() },
                Found::Blind(name, _) => Listed { name: name.0, kind: Kind::Other, facts: None },
            })
            .collect();
        listed.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(listed)
    }

    fn listing(&self, doing: &'static str, path: &Path, request: Request) -> Result<Vec<Found>, ShareError> {
        let mut all = Vec::new();
        self.call(&Call { request, content: None, doing, path }, &mut |piece| match piece {
            Piece::Begin => all.clear(),
            Piece::Listed(some) => all.extend(some),
            Piece::Bytes(_) => {}
        })?;
        Ok(all)
    }

    /// What is at `path`, links followed; none where nothing is.
    pub fn stat(&self, path: &Path) -> Result<Option<FileFacts>, ShareError> {
        let mut facts = self.stat_all(&[path])?;
        facts.pop().unwrap_or(Ok(None))
    }

    /// The same for several paths of one shared folder at once, in their order.
    pub fn stat_all(
        &self,
        paths: &[&Path],
    ) -> Result<Vec<Result<Option<FileFacts>, ShareError>>, ShareError> {
        let Some(path) = paths.first() else { return Ok(Vec::new()) };
        let doing = "look at";
        let request = Request::Stat { paths: paths.iter().map(|path| Name::from(*path)).collect() };
        let answer = self.call(&Call { request, content: None, doing, path }, &mut |_| {})?;
        let Answer::FileFacts(facts) = answer else { return Ok(Vec::new()) };
        let refused = |path: &Path, fault| ShareError::Refused { doing, path: path.to_owned(), fault };
        Ok(facts
            .into_iter()
            .zip(paths)
            .map(|(facts, path)| facts.map_err(|fault| refused(path, fault)))
            .collect())
    }

    /// All bytes of the file at `path`; none where there is no such file.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, ShareError> {
        let mut all = Vec::new();
        let call = Call { request: Request::Read { file: path.into() }, content: None, doing: "read", path };
        let read = self.call(&call, &mut |piece| match piece {
            Piece::Begin => all.clear(),
            Piece::Bytes(some) => all.extend_from_slice(some),
            Piece::Listed(_) => {}
        });
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(|_| Some(all)),
        }
    }

    /// The hash of the file at `path`, read in full; links are not followed.
    pub fn hash(&self, path: &Path) -> Result<Hashed, ShareError> {
        self.hashed(path, Request::Hash { file: path.into() })
    }

    /// Reads the file at `path` in full, into the local file `into` if one is given, which is there already.
    pub fn copy(&self, path: &Path, into: Option<&Path>) -> Result<Hashed, ShareError> {
        self.hashed(path, Request::Copy { file: path.into(), into: into.map(Name::from) })
    }

    fn hashed(&self, path: &Path, request: Request) -> Result<Hashed, ShareError> {
        match self.call(&Call { request, content: None, doing: "read", path }, &mut |_| {})? {
            Answer::Hashed(hashed) => Ok(hashed),
            _ => Err(senseless(path)),
        }
    }

    /// Makes or replaces a file that everybody may read whom its folder lets in; folders are made where needed, but not the
    /// shared folder itself.
    pub fn put(&self, path: &Path, content: &[u8]) -> Result<(), ShareError> {
        self.put_for(Readers::Everybody, path, content)
    }

    /// The same for `readers`.
    pub fn put_for(&self, readers: Readers, path: &Path, content: &[u8]) -> Result<(), ShareError> {
        let request = Request::Put { file: path.into(), readers };
        self.plain(&Call { request, content: Some(content), doing: "write", path })
    }

    /// Gives a file another name, replacing what has it.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), ShareError> {
        let request = Request::Rename { from: from.into(), to: to.into(), replacing: true };
        self.plain(&Call { request, content: None, doing: "move", path: from })
    }

    /// Gives a file a name that nothing has; false where something has it.
    pub fn rename_to_free(&self, from: &Path, to: &Path) -> Result<bool, ShareError> {
        let request = Request::Rename { from: from.into(), to: to.into(), replacing: false };
        match self.plain(&Call { request, content: None, doing: "write", path: to }) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            renamed => renamed.map(|()| true),
        }
    }

    /// Takes a file away; one that is not there is as good.
    pub fn remove(&self, path: &Path) -> Result<(), ShareError> {
        let request = Request::Remove { file: path.into() };
        self.plain(&Call { request, content: None, doing: "remove", path })
    }

    /// Makes a folder and those above it, the shared folder itself too.
    pub fn make_folder(&self, path: &Path) -> Result<(), ShareError> {
        let request = Request::MakeFolder { folder: path.into() };
        self.plain(&Call { request, content: None, doing: "make the folder", path })
    }

    /// Whether files can be made in `folder`.
    pub fn try_writing(&self, folder: &Path) -> Result<(), ShareError> {
        let request = Request::TryWriting { folder: folder.into() };
        self.plain(&Call { request, content: None, doing: "write into", path: folder })
    }

    /// Listens for changes below `folder` and says them, for as long as the answer lives.
    pub fn listen(&self, folder: &Path, say: Sender<Hint>) -> Ear {
        match (self.share_of(folder), &self.program) {
            (Some(share), Some(program)) => Ear::by_helper(program, share.root(), folder, say),
            _ => Ear::here(folder, say),
        }
    }

    fn share_of(&self, path: &Path) -> Option<&Share> {
        self.folders.iter().find(|share| path.starts_with(share.root()))
    }

    fn plain(&self, call: &Call<'_>) -> Result<(), ShareError> {
        self.call(call, &mut |_| {}).map(drop)
    }

    fn call(&self, call: &Call<'_>, each: &mut dyn FnMut(Piece<'_>)) -> Result<Answer, ShareError> {
        let (Some(share), Some(program)) = (self.share_of(call.path), &self.program) else {
            return done_here(call, each);
        };
        share.ask(program, call, Patience { most: self.silence, stop: &self.stop }, &self.clock, each)
    }
}

fn senseless(path: &Path) -> ShareError {
    let why = "its answer makes no sense".to_owned();
    ShareError::NoHelper { folder: path.to_owned(), why }
}

/// Does it in this process.
fn done_here(call: &Call<'_>, each: &mut dyn FnMut(Piece<'_>)) -> Result<Answer, ShareError> {
    each(Piece::Begin);
    let mut pieces = call.content.unwrap_or_default().chunks(CHUNK);
    let mut content = || Ok(pieces.next().unwrap_or_default().to_vec());
    let mut tell = |tag: u8, piece: &[u8]| Piece::hand_on(tag, piece, each);
    let done = Deeds::new(None, Access::default(), &mut tell).done(call.request.clone(), &mut content);
    done.map_err(|fault| call.refused(fault))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The test program itself, told to run only the test below, is the helper.
    #[test]
    #[ignore = "this is the helper process of the other tests"]
    fn helper_process() {
        let root = std::env::args_os().next_back().unwrap();
        crate::share::serve::serve(Path::new(&root), Access::default()).unwrap();
    }

    struct Office {
        place: tempfile::TempDir,
        shares: Shares,
    }

    impl Office {
        fn new(silence: Duration) -> Self {
            let place = tempfile::tempdir().unwrap();
            let root = place.path().join("office");
            fs::create_dir(&root).unwrap();
            let arguments = ["--exact", "share::call::tests::helper_process", "--ignored", "--nocapture"];
            let path = std::env::current_exe().unwrap();
            let program = Program { path, arguments: arguments.map(Into::into).to_vec() };
            let clock = Clock::standing_at("2026-11-18T14:02:00Z".parse().unwrap());
            let shares = Shares::open(&[&root], program, silence, clock);
            Office { place, shares }
        }

        fn path(&self, below: &str) -> PathBuf {
            self.place.path().join("office").join(below)
        }
    }

    const PATIENT: Duration = Duration::from_mins(1);

    #[test]
    fn a_helper_does_what_is_asked() {
        let office = Office::new(PATIENT);
        let shares = &office.shares;
        let (pack, board) = (office.path("2026-11-23/pack.pdf"), office.path("board.html"));
        let long: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        shares.put(&pack, &long).unwrap();
        shares.put(&board, b"").unwrap();
        assert_eq!(fs::read(&pack).unwrap(), long);
        assert_eq!(shares.read(&pack).unwrap().unwrap(), long);
        assert_eq!(shares.read(&board).unwrap().unwrap(), b"");
        assert_eq!(shares.read(&office.path("gone")).unwrap(), None);
        let names: Vec<PathBuf> =
            shares.list(&office.path("")).unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, [PathBuf::from("2026-11-23"), PathBuf::from("board.html")]);
        assert_eq!(shares.walk(&office.path("")).unwrap().len(), 3);
        assert_eq!(shares.stat(&pack).unwrap().unwrap().size, 3_000_000);
        let local = office.place.path().join("local");
        fs::File::create(&local).unwrap();
        let hashed = shares.copy(&pack, Some(&local)).unwrap();
        assert_eq!(fs::read(&local).unwrap(), long);
        assert_eq!(shares.hash(&pack).unwrap(), hashed);
        assert!(!shares.rename_to_free(&board, &pack).unwrap());
        assert!(shares.rename_to_free(&board, &office.path("old.html")).unwrap());
        shares.remove(&office.path("old.html")).unwrap();
        shares.remove(&office.path("old.html")).unwrap();
        assert_eq!(shares.list(&office.path("")).unwrap().len(), 1, "no temporary file is left");
    }

    #[test]
    fn what_a_stuck_helper_left_half_written_goes_after_a_day() {
        let office = Office::new(PATIENT);
        let day = Duration::from_hours(24);
        for (name, age) in [(".writing-old", day + day), (".writing-new", Duration::ZERO), ("old", day + day)]
        {
            let file = fs::File::create(office.path(name)).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - age).unwrap();
        }
        office.shares.put(&office.path("board.html"), b"board").unwrap();
        let left: Vec<PathBuf> =
            office.shares.list(&office.path("")).unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(left, [".writing-new", "board.html", "old"].map(PathBuf::from));
    }

    #[test]
    fn a_helper_touches_nothing_outside_its_folder() {
        let office = Office::new(PATIENT);
        let said = office.shares.put(&office.path("../outside"), b"x").unwrap_err();
        assert!(said.to_string().contains("lies outside the shared folder"), "{said}");
        assert!(!office.place.path().join("outside").exists());
    }

    #[test]
    fn a_folder_that_has_gone_is_not_taken_for_empty_and_not_made() {
        let office = Office::new(PATIENT);
        fs::remove_dir(office.path("")).unwrap();
        for said in [
            office.shares.read(&office.path("People.xlsx")).unwrap_err(),
            office.shares.stat(&office.path("2026-11-23/workbook.xlsx")).unwrap_err(),
            office.shares.put(&office.path("board.html"), b"x").unwrap_err(),
        ] {
            assert!(said.is_of_the_folder(), "{said}");
            assert!(said.to_string().ends_with("the shared folder is not there"), "{said}");
        }
        assert!(!office.path("").exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_helper_that_ended_is_replaced() {
        let office = Office::new(PATIENT);
        office.shares.put(&office.path("a"), b"a").unwrap();
        signal(&office, rustix::process::Signal::KILL);
        assert_eq!(office.shares.read(&office.path("a")).unwrap().unwrap(), b"a");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_silent_helper_costs_one_deadline_in_a_turn() {
        let office = Office::new(Duration::from_secs(3));
        office.shares.put(&office.path("a"), b"a").unwrap();
        signal(&office, rustix::process::Signal::STOP);
        for _ in 0..50 {
            let said = office.shares.read(&office.path("a")).unwrap_err();
            assert!(said.to_string().ends_with("office` does not answer since 2.02 pm"), "{said}");
        }
        office.shares.begin_turn();
        assert_eq!(office.shares.read(&office.path("a")).unwrap().unwrap(), b"a");
    }

    #[cfg(target_os = "linux")]
    fn signal(office: &Office, signal: rustix::process::Signal) {
        let helper = office.shares.folders[0].helper().unwrap();
        rustix::process::kill_process(helper, signal).unwrap();
        while signal == rustix::process::Signal::STOP && !is_stopped(helper) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether each of its threads has stopped: on a busy machine one may go on for a moment.
    #[cfg(target_os = "linux")]
    fn is_stopped(helper: rustix::process::Pid) -> bool {
        let threads = fs::read_dir(format!("/proc/{}/task", helper.as_raw_nonzero())).unwrap();
        let state = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("stat")).unwrap();
        threads.map(|thread| state(thread.unwrap())).all(|stat| stat.contains(") T "))
    }
}
