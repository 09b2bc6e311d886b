// SPDX-License-Identifier: GPL-2.0
/*
 * ipmgcap.c	"ip mgcap": starts, stops, sets and shows the captures of mgcap.ko.
 *
 * A part of iproute2's ip, built by build.sh. linux/mgcap.h says what the
 * module's commands and attributes are.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/mgcap.h>

#include "utils.h"
#include "ip_common.h"
#include "json_print.h"
#include "libgenl.h"
#include "libnetlink.h"
#include "ll_map.h"

static void usage(void) __attribute__((noreturn));

/* The first lines are those of the original, as scripts may know them. */
static void usage(void)
{
	fprintf(stderr,
		"usage:  ip mgcap { start | stop } [ dev DEVICE ]\n"
		"\n"
		"        ip mgcap set { dev DEVICE } {\n"
		"                 mode { mirror | drop } }\n"
		"\n"
		"        ip mgcap start dev DEVICE [ mode { mirror | drop } ]\n"
		"                 [ snaplen BYTES ] [ slots NUMBER ]\n"
		"\n"
		"        ip [ -s ] [ -j ] mgcap show [ dev DEVICE ]\n");
	exit(-1);
}

static struct rtnl_handle genl_rth = { .fd = -1 };
static int genl_family = -1;

#define MGCAP_BUFLEN	256
#define MGCAP_REQUEST(_req, _cmd)				\
	GENL_REQUEST(_req, MGCAP_BUFLEN, genl_family, 0,	\
		     MGCAP_GENL_VERSION, _cmd, NLM_F_REQUEST)

static void find_family(void)
{
	if (genl_init_handle(&genl_rth, MGCAP_GENL_NAME, &genl_family) == 0)
		return;
	fprintf(stderr,
		"The kernel module mgcap is not loaded (insmod mgcap.ko), or this is not the initial network namespace.\n");
	exit(1);
}

static const char * const mode_names[] = {
	[MGCAP_CAPTURE_MODE_DROP] = "drop",
	[MGCAP_CAPTURE_MODE_MIRROR] = "mirror",
};

static __u32 parse_mode(const char *arg)
{
	__u32 mode;

	for (mode = 0; mode < ARRAY_SIZE(mode_names); mode++) {
		if (mode_names[mode] && strcmp(arg, mode_names[mode]) == 0)
			return mode;
	}
	invarg("the mode is \"mirror\" or \"drop\"", arg);
}

static __u32 parse_number(const char *arg, __u32 min, __u32 max)
{
	char message[64];
	__u32 number;

	if (get_u32(&number, arg, 0) == 0 && number >= min && number <= max)
		return number;
	snprintf(message, sizeof(message), "a number from %u to %u is wanted",
		 min, max);
	invarg(message, arg);
}

/* What was given; attributes that are 0 were not. */
struct mgcap_options {
	const char *dev;
	__u32 ifindex;
	__u32 mode;
	__u32 snaplen;
	__u32 slots;
};

/* Returns what ip ends with if the device does not exist, otherwise 0. */
static int parse_options(struct mgcap_options *options, int cmd, int argc,
			 char **argv)
{
	bool start = cmd == MGCAP_CMD_START;

	for (; argc > 0; argc--, argv++) {
		const char *option = *argv;

		if (strcmp(option, "dev") == 0) {
			NEXT_ARG();
			if (options->dev)
				duparg(option, *argv);
			options->dev = *argv;
		} else if ((start || cmd == MGCAP_CMD_SET_CAPTURE_MODE) &&
			   strcmp(option, "mode") == 0) {
			NEXT_ARG();
			if (options->mode)
				duparg(option, *argv);
			options->mode = parse_mode(*argv);
		} else if (start && strcmp(option, "snaplen") == 0) {
			NEXT_ARG();
			if (options->snaplen)
				duparg(option, *argv);
			options->snaplen = parse_number(*argv,
							MGCAP_SNAPLEN_MIN,
							MGCAP_SNAPLEN_MAX);
		} else if (start && strcmp(option, "slots") == 0) {
			NEXT_ARG();
			if (options->slots)
				duparg(option, *argv);
			options->slots = parse_number(*argv, MGCAP_SLOTS_MIN,
						      MGCAP_SLOTS_MAX);
		} else {
			invarg("unknown, try \"ip mgcap help\"", option);
		}
	}

	if (!options->dev) {
		if (cmd == MGCAP_CMD_GET)
			return 0;
		missarg("dev");
	}
	if (cmd == MGCAP_CMD_SET_CAPTURE_MODE && !options->mode)
		missarg("mode");

	options->ifindex = ll_name_to_index(options->dev);
	return options->ifindex ? 0 : nodev(options->dev);
}

static int mgcap_control(int cmd, int argc, char **argv)
{
	struct mgcap_options options = {};
	int ret;

	ret = parse_options(&options, cmd, argc, argv);
	if (ret)
		return ret;
	find_family();

	MGCAP_REQUEST(req, cmd);
	addattr32(&req.n, sizeof(req), MGCAP_ATTR_DEVICE, options.ifindex);
	if (options.mode)
		addattr32(&req.n, sizeof(req), MGCAP_ATTR_CAPTURE_MODE,
			  options.mode);
	if (options.snaplen)
		addattr32(&req.n, sizeof(req), MGCAP_ATTR_SNAPLEN,
			  options.snaplen);
	if (options.slots)
		addattr32(&req.n, sizeof(req), MGCAP_ATTR_SLOTS,
			  options.slots);

	return rtnl_talk(&genl_rth, &req.n, NULL) < 0 ? -2 : 0;
}

/* The attributes of a message from the module; false for another's. */
static bool parse_message(struct nlmsghdr *n, struct rtattr **tb)
{
	int len = n->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);

	if (n->nlmsg_type != genl_family || len < 0)
		return false;
	parse_rtattr(tb, MGCAP_ATTR_MAX, NLMSG_DATA(n) + GENL_HDRLEN, len);
	return true;
}

static __u32 number_of(const struct rtattr *attr)
{
	return attr ? rta_getattr_u32(attr) : 0;
}

static void print_number(const char *name, const struct rtattr *attr)
{
	print_string(PRINT_FP, NULL, " %s", name);
	print_uint(PRINT_ANY, name, " %u", number_of(attr));
}

/* Text has the reasons of drops with -s only, JSON always. */
static void print_counters(struct rtattr **tb)
{
	static const struct {
		int type;
		const char *name;
		bool detail;
	} counters[] = {
		{ MGCAP_ATTR_RECEIVED, "received" },
		{ MGCAP_ATTR_FILTERED, "filtered" },
		{ MGCAP_ATTR_CAPTURED, "captured" },
		{ MGCAP_ATTR_DROPPED, "dropped" },
		{ MGCAP_ATTR_DROPPED_FULL, "dropped_full", true },
		{ MGCAP_ATTR_DROPPED_UNREADABLE, "dropped_unreadable", true },
		{ MGCAP_ATTR_CAPTURED_BYTES, "captured_bytes" },
		{ MGCAP_ATTR_WIRE_BYTES, "wire_bytes" },
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		const struct rtattr *attr = tb[counters[i].type];
		enum output_type output = PRINT_ANY;

		if (!attr)
			continue;
		if (counters[i].detail && !show_stats)
			output = PRINT_JSON;
		if (output == PRINT_ANY)
			print_string(PRINT_FP, NULL, " %s", counters[i].name);
		print_u64(output, counters[i].name, " %" PRIu64,
			  rta_getattr_u64(attr));
	}
}

static int print_ring(struct nlmsghdr *n, void *arg)
{
	struct rtattr *tb[MGCAP_ATTR_MAX + 1];

	if (!parse_message(n, tb))
		return 0;

	open_json_object(NULL);
	print_uint(PRINT_ANY, "ring", "    ring %u:",
		   number_of(tb[MGCAP_ATTR_RING]));
	print_number("fill", tb[MGCAP_ATTR_FILL]);
	print_counters(tb);
	print_nl();
	close_json_object();
	return 0;
}

static int print_queue(struct nlmsghdr *n, void *arg)
{
	struct rtattr *tb[MGCAP_ATTR_MAX + 1];
	__u32 queue;

	if (!parse_message(n, tb))
		return 0;

	queue = number_of(tb[MGCAP_ATTR_QUEUE]);
	open_json_object(NULL);
	if (queue == MGCAP_QUEUE_UNKNOWN)
		print_null(PRINT_ANY, "queue", "    queue unknown:", NULL);
	else
		print_uint(PRINT_ANY, "queue", "    queue %u:", queue);
	print_counters(tb);
	print_nl();
	close_json_object();
	return 0;
}

/* Asks for a capture's parts, and prints them as they come. */
static int print_parts(const char *name, int cmd, __u32 ifindex,
		       rtnl_filter_t print)
{
	MGCAP_REQUEST(req, cmd);
	int ret;

	addattr32(&req.n, sizeof(req), MGCAP_ATTR_DEVICE, ifindex);
	if (rtnl_dump_request_n(&genl_rth, &req.n) < 0) {
		perror("Cannot send dump request");
		return -1;
	}

	open_json_array(PRINT_JSON, name);
	ret = rtnl_dump_filter(&genl_rth, print, NULL);
	close_json_array(PRINT_JSON, NULL);
	return ret;
}

static int print_capture(struct nlmsghdr *n)
{
	struct rtattr *tb[MGCAP_ATTR_MAX + 1];
	const char *mode = NULL;
	__u32 ifindex, number;
	int ret = 0;

	if (!parse_message(n, tb))
		return 0;

	ifindex = number_of(tb[MGCAP_ATTR_DEVICE]);
	number = number_of(tb[MGCAP_ATTR_CAPTURE_MODE]);
	if (number < ARRAY_SIZE(mode_names))
		mode = mode_names[number];

	open_json_object(NULL);
	print_uint(PRINT_ANY, "ifindex", "%u: ", ifindex);
	if (tb[MGCAP_ATTR_NAME])
		print_color_string(PRINT_ANY, COLOR_IFNAME, "ifname", "%s:",
				   rta_getattr_str(tb[MGCAP_ATTR_NAME]));
	print_string(PRINT_ANY, "mode", " mode %s", mode ? : "unknown");
	print_number("snaplen", tb[MGCAP_ATTR_SNAPLEN]);
	print_number("slots", tb[MGCAP_ATTR_SLOTS]);
	print_number("slot_size", tb[MGCAP_ATTR_SLOT_SIZE]);
	print_number("rings", tb[MGCAP_ATTR_RINGS]);
	print_number("filter_length", tb[MGCAP_ATTR_FILTER_LENGTH]);
	print_number("fill", tb[MGCAP_ATTR_FILL]);
	print_nl();
	print_string(PRINT_FP, NULL, "%s", "   ");
	print_counters(tb);
	print_nl();
	if (show_stats) {
		ret = print_parts("rings_stats", MGCAP_CMD_GET_RINGS, ifindex,
				  print_ring);
		if (ret == 0)
			ret = print_parts("queues", MGCAP_CMD_GET_QUEUES,
					  ifindex, print_queue);
	}
	close_json_object();
	/* With -o the lines above were parts of one. */
	if (oneline)
		print_string(PRINT_FP, NULL, "%s", "\n");
	return ret;
}

/* Kept for later: asking for a capture's parts takes the socket. */
static int keep_message(struct nlmsghdr *n, void *arg)
{
	struct nlmsg_chain *chain = arg;
	struct nlmsg_list *kept;

	kept = malloc(offsetof(struct nlmsg_list, h) + n->nlmsg_len);
	if (!kept)
		return -1;
	memcpy(&kept->h, n, n->nlmsg_len);
	kept->next = NULL;
	if (chain->tail)
		chain->tail->next = kept;
	else
		chain->head = kept;
	chain->tail = kept;
	return 0;
}

static int get_captures(struct nlmsg_chain *captures, __u32 ifindex)
{
	MGCAP_REQUEST(req, MGCAP_CMD_GET);
	struct nlmsghdr *answer;
	int ret;

	if (!ifindex) {
		if (rtnl_dump_request_n(&genl_rth, &req.n) < 0) {
			perror("Cannot send dump request");
			return -1;
		}
		return rtnl_dump_filter(&genl_rth, keep_message, captures);
	}

	addattr32(&req.n, sizeof(req), MGCAP_ATTR_DEVICE, ifindex);
	ret = rtnl_talk(&genl_rth, &req.n, &answer);
	if (ret < 0)
		return ret;
	ret = keep_message(answer, captures);
	free(answer);
	return ret;
}

static int mgcap_show(int argc, char **argv)
{
	struct mgcap_options options = {};
	struct nlmsg_chain captures = {};
	struct nlmsg_list *capture;
	int ret;

	ret = parse_options(&options, MGCAP_CMD_GET, argc, argv);
	if (ret)
		return ret;
	find_family();

	ret = get_captures(&captures, options.ifindex);
	if (ret == 0) {
		new_json_obj(json);
		for (capture = captures.head; capture && ret == 0;
		     capture = capture->next)
			ret = print_capture(&capture->h);
		delete_json_obj();
		fflush(stdout);
	}
	free_nlmsg_chain(&captures);
	return ret < 0 ? -2 : 0;
}

int do_ipmgcap(int argc, char **argv)
{
	if (argc < 1 || matches(*argv, "help") == 0)
		usage();
	if (matches(*argv, "start") == 0)
		return mgcap_control(MGCAP_CMD_START, argc - 1, argv + 1);
	if (matches(*argv, "stop") == 0)
		return mgcap_control(MGCAP_CMD_STOP, argc - 1, argv + 1);
	if (matches(*argv, "set") == 0)
		return mgcap_control(MGCAP_CMD_SET_CAPTURE_MODE, argc - 1,
				     argv + 1);
	if (matches(*argv, "show") == 0 || matches(*argv, "list") == 0)
		return mgcap_show(argc - 1, argv + 1);

	fprintf(stderr, "Command \"%s\" is unknown, try \"ip mgcap help\".\n",
		*argv);
	exit(-1);
}
