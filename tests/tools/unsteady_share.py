#!/usr/bin/env python3
"""A shared folder that can be made to hang, to be slow, or to fail: FOLDER shown at PLACE, over /dev/fuse.

    unsteady_share.py FOLDER PLACE CONTROL

Needs the right to mount. CONTROL is a file that is read before each request and may hold these lines:

    hang                   no request is answered while it stands there, two minutes at most
    hang:NAME              no request about an entry of this name is answered
    slow:MILLISECONDS      each request takes so long
    fail:NAME:ERRNO        what is asked of an entry of this name fails, for example with EIO

Says `mounted` once it is there; ends when it is killed or unmounted.
"""
import ctypes, errno, os, struct, sys, threading, time

folder, place, control = sys.argv[1:4]
HERE = os.fsencode(folder)
libc = ctypes.CDLL(None, use_errno=True)
line = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={line},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()},allow_other"
if libc.mount(b"unsteady", os.fsencode(place), b"fuse", 0x2 | 0x4, options.encode()):
    raise OSError(ctypes.get_errno(), "cannot mount")
print("mounted", flush=True)

guard = threading.RLock()
paths, numbers, next_number = {1: b""}, {b"": 1}, 2
files, next_file = {}, 1


def real(path):
    return os.path.join(HERE, path) if path else HERE


def number(path):
    global next_number
    with guard:
        if path not in numbers:
            numbers[path] = next_number
            paths[next_number] = path
            next_number += 1
        return numbers[path]


def forget(path):
    with guard:
        for known in [known for known in numbers if known == path or known.startswith(path + b"/")]:
            paths.pop(numbers.pop(known))


def renamed(old, new):
    with guard:
        forget(new)
        for known in [known for known in numbers if known == old or known.startswith(old + b"/")]:
            at = numbers.pop(known)
            now = new + known[len(old):]
            numbers[now], paths[at] = at, now


def opened(file):
    global next_file
    with guard:
        handle, next_file = next_file, next_file + 1
        files[handle] = file
        return handle


def rules():
    try:
        with open(control) as lines:
            return [one.strip() for one in lines if one.strip()]
    except OSError:
        return []


def obey(name):
    """Waits for as long as the rules say; then fails if they say so."""
    begun = time.monotonic()
    # A test that fails while the folder hangs must come to its end.
    while time.monotonic() < begun + 120 and any(rule in ("hang", "hang:" + name) for rule in rules()):
        time.sleep(0.1)
    for rule in rules():
        word, _, rest = rule.partition(":")
        if word == "slow":
            time.sleep(int(rest) / 1000)
        if word == "fail" and rest.rpartition(":")[0] == name:
            raise OSError(getattr(errno, rest.rpartition(":")[2]), "as ordered")


def attributes(path):
    s = os.lstat(real(path))
    part = lambda ns: ns % 10**9
    return struct.pack(
        "<QQQQQQIIIIIIIIII", s.st_ino, s.st_size, s.st_blocks, int(s.st_atime), int(s.st_mtime), int(s.st_ctime),
        part(s.st_atime_ns), part(s.st_mtime_ns), part(s.st_ctime_ns), s.st_mode, s.st_nlink, s.st_uid, s.st_gid,
        s.st_rdev & 0xFFFFFFFF, 4096, 0)


def entry(path):
    known = attributes(path)
    return struct.pack("<QQQQII", number(path), 0, 0, 0, 0, 0) + known


def answer(unique, data=b"", error=0):
    try:
        os.write(line, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)
    except OSError:
        pass


def listing(path, offset, size):
    names, out = [b".", b".."] + sorted(os.listdir(real(path))), b""
    for at in range(offset, len(names)):
        name, kind, ino = names[at], 4, 1
        if at > 1:
            s = os.lstat(os.path.join(real(path), name))
            kind, ino = (s.st_mode >> 12) & 15, s.st_ino
        one = struct.pack("<QQII", ino, at + 1, len(name), kind) + name
        one = one.ljust((len(one) + 7) // 8 * 8, b"\0")
        if len(out) + len(one) > size:
            break
        out += one
    return out


def change(path, body):
    valid, _, _, size = struct.unpack_from("<IIQQ", body)
    atime, mtime = struct.unpack_from("<QQ", body, 32)
    mode = struct.unpack_from("<I", body, 68)[0]
    if valid & 1:
        os.chmod(real(path), mode & 0o7777)
    if valid & 8:
        os.truncate(real(path), size)
    if valid & (16 | 32):
        os.utime(real(path), (atime, mtime))


def done(op, path, body):
    child = lambda name: path + b"/" + name if path else name
    if op == 1:  # lookup
        return entry(child(body.rstrip(b"\0")))
    if op == 3:
        return struct.pack("<QII", 0, 0, 0) + attributes(path)
    if op == 4:
        change(path, body)
        return struct.pack("<QII", 0, 0, 0) + attributes(path)
    if op == 9:  # mkdir
        mode = struct.unpack_from("<I", body)[0]
        made = child(body[8:].rstrip(b"\0"))
        os.mkdir(real(made), mode)
        return entry(made)
    if op in (10, 11):
        gone = child(body.rstrip(b"\0"))
        (os.unlink if op == 10 else os.rmdir)(real(gone))
        forget(gone)
        return b""
    if op in (12, 45):  # rename
        to, flags = struct.unpack_from("<QI", body) if op == 45 else (struct.unpack_from("<Q", body)[0], 0)
        old, new = body[16 if op == 45 else 8:].split(b"\0")[:2]
        below = paths[to]
        old, new = child(old), below + b"/" + new if below else new
        if flags & 1 and os.path.lexists(real(new)):
            raise OSError(errno.EEXIST, "")
        os.rename(real(old), real(new))
        renamed(old, new)
        return b""
    if op == 14:
        flags = struct.unpack_from("<I", body)[0]
        return struct.pack("<QII", opened(os.open(real(path), flags & ~os.O_NOFOLLOW)), 1, 0)
    if op == 35:  # create
        flags, mode = struct.unpack_from("<II", body)
        made = child(body[16:].rstrip(b"\0"))
        handle = opened(os.open(real(made), flags | os.O_CREAT, mode))
        return entry(made) + struct.pack("<QII", handle, 1, 0)
    if op == 15:
        handle, offset, size = struct.unpack_from("<QQI", body)
        return os.pread(files[handle], size, offset)
    if op == 16:
        handle, offset, size = struct.unpack_from("<QQI", body)
        return struct.pack("<II", os.pwrite(files[handle], body[40:40 + size], offset), 0)
    if op == 18:
        os.close(files.pop(struct.unpack_from("<Q", body)[0]))
        return b""
    if op == 20:
        os.fsync(files[struct.unpack_from("<Q", body)[0]])
        return b""
    if op == 27:
        return struct.pack("<QII", 0, 0, 0)
    if op == 28:
        _, offset, size = struct.unpack_from("<QQI", body)
        return listing(path, offset, size)
    if op == 17:
        return struct.pack("<QQQQQIIII", 10**6, 10**6, 10**6, 10**6, 10**6, 4096, 255, 4096, 0) + b"\0" * 24
    if op in (25, 29, 30, 34):  # flush, releasedir, fsyncdir, access
        return b""
    raise OSError(errno.ENOSYS, "")


def handle(request):
    length, op, unique, node = struct.unpack_from("<IIQQ", request)
    body = request[40:length]
    if op in (2, 36, 42):  # forget, interrupt: nobody waits for an answer
        return
    if op == 26:  # init
        answer(unique, struct.pack("<IIIIHHIIHHIIIIIII", 7, 31, 65536, 0, 12, 10, 65536, 1, 0, 0, *[0] * 7)[:64].ljust(64, b"\0"))
        return
    try:
        path = paths.get(node, b"")
        name = body.rstrip(b"\0") if op == 1 else os.path.basename(path)
        obey(os.fsdecode(name))
        answer(unique, done(op, path, body))
    except OSError as error:
        answer(unique, error=error.errno or errno.EIO)
    except Exception as error:  # a mistake of this tool must not look like a folder that hangs
        print(op, repr(error), flush=True)
        answer(unique, error=errno.EIO)


while True:
    try:
        request = os.read(line, 1 << 17)
    except OSError as error:
        if error.errno in (errno.ENODEV, errno.EBADF):
            break
        continue
    threading.Thread(target=handle, args=(request,), daemon=True).start()
