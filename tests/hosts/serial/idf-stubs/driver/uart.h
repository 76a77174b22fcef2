/* As much of ESP-IDF's UART driver as a port uses; fake.c behaves as it does. */
#ifndef STUB_UART_H
#define STUB_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver/gpio.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"

#define ESP_OK (0)
#define ESP_FAIL (-1)
#define UART_PIN_NO_CHANGE (-1)

typedef enum { UART_NUM_0, UART_NUM_1, UART_NUM_2, UART_NUM_MAX } uart_port_t;
typedef enum { UART_DATA_5_BITS, UART_DATA_6_BITS, UART_DATA_7_BITS, UART_DATA_8_BITS } uart_word_length_t;
typedef enum { UART_PARITY_DISABLE = 0, UART_PARITY_EVEN = 2, UART_PARITY_ODD = 3 } uart_parity_t;
typedef enum { UART_STOP_BITS_1 = 1, UART_STOP_BITS_2 = 3 } uart_stop_bits_t;
typedef enum { UART_HW_FLOWCTRL_DISABLE, UART_HW_FLOWCTRL_RTS, UART_HW_FLOWCTRL_CTS, UART_HW_FLOWCTRL_CTS_RTS } uart_hw_flowcontrol_t;
typedef enum { UART_SCLK_DEFAULT = 4 } uart_sclk_t;

typedef struct {
	int						baud_rate;
	uart_word_length_t		data_bits;
	uart_parity_t			parity;
	uart_stop_bits_t		stop_bits;
	uart_hw_flowcontrol_t	flow_ctrl;
	uint8_t					rx_flow_ctrl_thresh;
	uart_sclk_t				source_clk;
} uart_config_t;

typedef enum {
	UART_DATA,
	UART_BREAK,
	UART_BUFFER_FULL,
	UART_FIFO_OVF,
	UART_FRAME_ERR,
	UART_PARITY_ERR,
	UART_DATA_BREAK,
	UART_PATTERN_DET,
	UART_EVENT_MAX
} uart_event_type_t;

typedef struct {
	uart_event_type_t	type;
	size_t				size;
	bool				timeout_flag;
} uart_event_t;

bool uart_is_driver_installed(uart_port_t uart);
esp_err_t uart_driver_install(uart_port_t uart, int receiveBytes, int transmitBytes, int events, QueueHandle_t *queue, int flags);
esp_err_t uart_driver_delete(uart_port_t uart);
esp_err_t uart_param_config(uart_port_t uart, const uart_config_t *config);
esp_err_t uart_set_pin(uart_port_t uart, int transmit, int receive, int requestToSend, int clearToSend);
esp_err_t uart_set_rx_full_threshold(uart_port_t uart, int threshold);
esp_err_t uart_set_rx_timeout(uart_port_t uart, const uint8_t symbols);
esp_err_t uart_get_buffered_data_len(uart_port_t uart, size_t *size);
int uart_read_bytes(uart_port_t uart, void *bytes, uint32_t count, TickType_t wait);
int uart_tx_chars(uart_port_t uart, const char *bytes, uint32_t count);

#endif
