// SPDX-License-Identifier: Apache-2.0
/*
 * Numbered frames, sent by a packet socket and looked for in what the module
 * captured: each exactly once, with every byte as it was sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "mgcap.h"
#include "probe.h"

#define ETHERTYPE	0x88b5	/* for local experiments */
#define VLAN_TCI	0x6123
#define PATIENCE_MS	20000

static uint64_t tag_bytes(const uint8_t *frame)
{
	return frame[12] == 0x81 && frame[13] == 0 ? 4 : 0;
}

void make_frame(uint8_t *frame, uint64_t number, int length, int tagged)
{
	int at = 12, i;

	memset(frame, 0xff, 6);
	memcpy(frame + 6, "\x02mgcap", 6);
	if (tagged) {
		memcpy(frame + at, (uint16_t[]){ htons(0x8100), htons(VLAN_TCI) }, 4);
		at += 4;
	}
	memcpy(frame + at, (uint16_t[]){ htons(ETHERTYPE) }, 2);
	memcpy(frame + at + 2, &number, sizeof(number));
	for (i = at + 10; i < length; i++)
		frame[i] = (uint8_t)(number * 7 + i);
}

int is_numbered(const uint8_t *frame)
{
	uint64_t at = 12 + tag_bytes(frame);

	return frame[at] == ETHERTYPE >> 8 && frame[at + 1] == (ETHERTYPE & 0xff);
}

int send_command(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	uint8_t frame[LONGEST];
	uint64_t number, count;
	int fd, length, tagged;

	if (argc < 4)
		fail("send IF COUNT LENGTH [tagged]");
	count = strtoull(argv[2], NULL, 0);
	length = atoi(argv[3]);
	tagged = argc > 4;
	if (length < 32 || length > LONGEST)
		fail("bad length %d", length);

	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = index_of(argv[1]);
	to.sll_protocol = htons(ETHERTYPE);
	if (fd < 0 || bind(fd, (void *)&to, sizeof(to)))
		fail("packet socket: %s", strerror(errno));

	for (number = 0; number < count; number++) {
		make_frame(frame, number, length, tagged);
		while (send(fd, frame, length, 0) < 0) {
			if (errno != ENOBUFS)
				fail("send: %s", strerror(errno));
			usleep(100);
		}
		/* The device's backlog holds a thousand: let it be emptied. */
		if (number % 64 == 63)
			usleep(0);
	}
	return 0;
}

/* What the readers have found out, shared between processes. */
struct findings {
	uint64_t seen;
	uint64_t others;
	uint8_t once[];
};

static struct findings *findings;
static uint64_t expected;
static int expected_length;

static void check_record(const uint8_t *slot, const struct mgcap_control *control)
{
	const struct mgcap_record *record = (const void *)slot;
	const struct mgcap_record_tail *tail =
		(const void *)(slot + control->slot_size - sizeof(*tail));
	const uint8_t *frame = slot + sizeof(*record);
	int tagged = tag_bytes(frame) != 0;
	uint8_t wanted[LONGEST];
	struct timespec now;
	uint64_t number, age;
	uint32_t caplen;

	if (!is_numbered(frame)) {
		__sync_fetch_and_add(&findings->others, 1);
		return;
	}

	memcpy(&number, frame + 14 + 4 * tagged, sizeof(number));
	if (number >= expected)
		fail("a frame with number %llu", (unsigned long long)number);
	caplen = (uint32_t)expected_length < control->snaplen ?
		 (uint32_t)expected_length : control->snaplen;
	if (record->length != expected_length || tail->length != (uint32_t)expected_length ||
	    tail->caplen != caplen)
		fail("frame %llu: length %u, in full %u, captured %u", (unsigned long long)number,
		     record->length, tail->length, tail->caplen);
	make_frame(wanted, number, expected_length, tagged);
	if (memcmp(wanted, frame, caplen))
		fail("frame %llu: bytes differ", (unsigned long long)number);
	if (tagged != !!(tail->flags & MGCAP_RECORD_VLAN) ||
	    tail->vlan_tci != (tagged ? VLAN_TCI : 0))
		fail("frame %llu: flags %x tci %x", (unsigned long long)number, tail->flags,
		     tail->vlan_tci);
	if (record->hwtstamp)
		fail("frame %llu: a hardware stamp from nowhere", (unsigned long long)number);

	clock_gettime(CLOCK_REALTIME, &now);
	age = now.tv_sec * 1000000000ull + now.tv_nsec - tail->tstamp;
	if (age > 60 * 1000000000ull)
		fail("frame %llu: stamped %llu", (unsigned long long)number,
		     (unsigned long long)tail->tstamp);
	if (__sync_fetch_and_add(&findings->once[number], 1))
		fail("frame %llu: seen twice", (unsigned long long)number);
	__sync_fetch_and_add(&findings->seen, 1);
}

static const struct mgcap_control *map_device(int fd)
{
	struct mgcap_control *page;
	void *all;

	page = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	if (page->version != MGCAP_CONTROL_VERSION)
		fail("control page of version %u", page->version);
	all = mmap(NULL, page->size, PROT_READ, MAP_SHARED, fd, 0);
	if (all == MAP_FAILED)
		fail("mmap of all: %s", strerror(errno));
	munmap(page, getpagesize());
	return all;
}

static int wait_for_packets(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, 250);
}

static void read_by_mmap(int fd, const struct mgcap_control *control)
{
	const struct mgcap_ring_control *rings =
		(const void *)((const uint8_t *)control + control->rings_offset);
	uint32_t ring;

	wait_for_packets(fd);
	for (ring = 0; ring < control->rings; ring++) {
		const uint8_t *slots = (const uint8_t *)control + control->slots_offset +
				       (size_t)ring * control->slots * control->slot_size;
		uint32_t tail = rings[ring].tail;
		uint32_t head = __atomic_load_n(&rings[ring].head, __ATOMIC_ACQUIRE);
		struct mgcap_advance advance = { ring, tail, head - tail };

		for (; tail != head; tail++)
			check_record(slots + (size_t)(tail & (control->slots - 1)) *
				     control->slot_size, control);
		if (advance.count && ioctl(fd, MGCAP_IOC_ADVANCE, &advance))
			fail("advance: %s", strerror(errno));
	}
}

static void read_by_read(int fd, const struct mgcap_control *control)
{
	static uint8_t buffer[1 << 18];
	ssize_t size, at;

	if (!wait_for_packets(fd))
		return;
	/* Not a multiple of a slot: what is left of the buffer stays empty. */
	size = read(fd, buffer, sizeof(buffer) - 17);
	if (size < 0) {
		if (errno == EAGAIN)
			return;
		fail("read: %s", strerror(errno));
	}
	if (!size)
		fail("the device ended");
	if (size % control->slot_size)
		fail("read %zd bytes, which are no whole slots", size);
	for (at = 0; at < size; at += control->slot_size)
		check_record(buffer + at, control);
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int read_until_complete(const char *device, int by_mmap)
{
	int fd = open(device, O_RDONLY | O_NONBLOCK);
	const struct mgcap_control *control;
	uint64_t last = 0;
	long since;

	if (fd < 0)
		fail("%s: %s", device, strerror(errno));
	control = map_device(fd);

	for (since = now_ms(); findings->seen < expected;) {
		if (by_mmap)
			read_by_mmap(fd, control);
		else
			read_by_read(fd, control);
		if (findings->seen != last) {
			last = findings->seen;
			since = now_ms();
		} else if (now_ms() - since > PATIENCE_MS) {
			fail("%llu of %llu frames came", (unsigned long long)last,
			     (unsigned long long)expected);
		}
	}
	return 0;
}

int read_command(int argc, char **argv)
{
	int readers, status, failed = 0, by_mmap, i;

	if (argc < 5)
		fail("read DEVICE COUNT LENGTH read|mmap [READERS]");
	expected = strtoull(argv[2], NULL, 0);
	expected_length = atoi(argv[3]);
	by_mmap = !strcmp(argv[4], "mmap");
	readers = argc > 5 ? atoi(argv[5]) : 1;

	findings = mmap(NULL, sizeof(*findings) + expected, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (findings == MAP_FAILED)
		fail("mmap: %s", strerror(errno));

	for (i = 0; i < readers; i++) {
		if (!fork())
			exit(read_until_complete(argv[1], by_mmap));
	}
	for (i = 0; i < readers; i++) {
		wait(&status);
		failed |= status;
	}
	printf("probe: %llu of %llu frames, %llu others\n", (unsigned long long)findings->seen,
	       (unsigned long long)expected, (unsigned long long)findings->others);
	return failed || findings->seen != expected;
}

int drain_command(int argc, char **argv)
{
	static uint8_t buffer[1 << 16];
	const struct mgcap_control *control;
	uint64_t records = 0;
	ssize_t size;
	int fd;

	if (argc < 2)
		fail("drain DEVICE");
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		fail("%s: %s", argv[1], strerror(errno));
	control = map_device(fd);
	while ((size = read(fd, buffer, sizeof(buffer))) > 0) {
		if (size % control->slot_size)
			fail("read %zd bytes, which are no whole slots", size);
		records += size / control->slot_size;
	}
	if (size < 0)
		fail("read: %s", strerror(errno));
	printf("%llu\n", (unsigned long long)records);
	return 0;
}

static void expect_errno(const char *what, long result, int wanted)
{
	if (result >= 0)
		fail("%s went well", what);
	if (errno != wanted)
		fail("%s: %s instead of %s", what, strerror(errno), strerror(wanted));
}

/* Of a device on which nothing is waiting. */
int device_command(int argc, char **argv)
{
	struct mgcap_advance advance = { 0 };
	const struct mgcap_control *control;
	struct pollfd wait = { .events = POLLIN };
	uint8_t buffer[4096];
	void *writable;
	int fd;

	if (argc < 2)
		fail("device DEVICE");
	fd = open(argv[1], O_RDWR | O_NONBLOCK);
	if (fd < 0)
		fail("%s: %s", argv[1], strerror(errno));
	control = map_device(fd);

	expect_errno("a read with nothing to give", read(fd, buffer, sizeof(buffer)), EAGAIN);
	expect_errno("a read of less than a slot", read(fd, buffer, control->slot_size - 1), EINVAL);
	expect_errno("a write", write(fd, buffer, 128), EINVAL);
	expect_errno("a seek", lseek(fd, 0, SEEK_SET), ESPIPE);
	expect_errno("an unknown ioctl", ioctl(fd, 0, 0), ENOTTY);
	expect_errno("an ioctl without memory", ioctl(fd, MGCAP_IOC_ADVANCE, 8), EFAULT);
	advance.count = 1;
	expect_errno("an advance beyond the head", ioctl(fd, MGCAP_IOC_ADVANCE, &advance), EINVAL);
	advance.from = 0x80000000;
	expect_errno("an advance from elsewhere", ioctl(fd, MGCAP_IOC_ADVANCE, &advance), ESTALE);
	advance.ring = control->rings;
	expect_errno("an advance of no ring", ioctl(fd, MGCAP_IOC_ADVANCE, &advance), EINVAL);
	wait.fd = fd;
	if (poll(&wait, 1, 50))
		fail("poll says %x", wait.revents);
	writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	expect_errno("a writable mapping", writable == MAP_FAILED ? -1 : 0, EPERM);
	expect_errno("making the mapping writable",
		     mprotect((void *)control, 4096, PROT_READ | PROT_WRITE), EACCES);
	expect_errno("a mapping beyond the end",
		     mmap(NULL, control->size + 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ?
		     -1 : 0, EINVAL);
	return 0;
}
